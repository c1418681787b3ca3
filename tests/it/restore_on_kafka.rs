//! Yesterday's backup is put back although Kafka and a CRM have seen what came after it: whoever had read further stops and
//! says so, the commands of the README put it right in their order, and in the end all show what the log says.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _};
use vigie_acceptance::{
    Crm, EVENTS, Fleet, Kind, Mark, Marks, Person, Record, STATE, Scene, Stage, System, carried, entry,
    eventually, every_act_has_its_case, machine, shown_on,
};
use vigie_clock::{Ids, SystemIds};
use vigie_proto::lines::{LineEntry, RegisterLineRequest, SuspensionReason};
use vigie_testkit::Nam;

/// How long whatever must happen by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(30);

/// Longer than the relay's lease, and than its longest pause between two tries.
const A_WHILE: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn yesterdays_backup_under_a_live_kafka_and_a_crm() {
    let _machine = machine().await;
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Real).with_kafka(), 1), 4).await;
    let stage = scene.fleet().stage();
    let crm = Crm::of(stage.kafka());
    let consumer = crm.start();
    let [given_back, stolen, untouched, later] =
        [0, 1, 2, 3].map(|number| scene.lines()[number].line_id.to_string());

    let theft = SuspensionReason::Theft;
    let manager = || scene.door(&Person::manager(stage.account()));
    for line in [&given_back, &untouched] {
        manager().suspend(line, theft).await.unwrap();
    }
    let backed_up = scene.settled().await.head().position;
    let file = stage.scratch().path().join("log.backup");
    let system = scene.fleet().system(0).unwrap();
    succeeded(system.command().args(["log", "backup", "--log", "lines"]).arg(&file));

    // What the backup does not have, and everybody sees.
    manager().reinstate(&given_back, theft).await.unwrap();
    manager().suspend(&stolen, theft).await.unwrap();
    let forgotten = register(&scene, entry(5, stage.account())).await;
    let lost = scene.settled().await;
    carried(stage.kafka(), &lost).await;
    crm.assert_shows(&scene).await;
    assert!(crm.lines().contains_key(&forgotten));
    scene.ledger_reaches(lost.head().position).await;
    scene.timelines_are_complete(&lost).await;
    drop(system);
    scene.fleet().stop(0);

    let mut database = sqlx::PgConnection::connect(stage.database()).await.unwrap();
    database.execute("DROP SCHEMA lines CASCADE").await.unwrap();
    let restored = json_of(stage.offline(0).args(["--json", "log", "restore"]).arg(&file));
    assert_eq!(
        restored["next"],
        json!(["vigie log resync --log lines", "vigie view start-over all --log lines"])
    );

    everybody_stops_and_says_so(&scene, &untouched).await;

    let resynced = json_of(stage.offline(0).args(["--json", "log", "resync", "--log", "lines"]));
    assert_eq!((&resynced["mended"], &resynced["withdrawn"]), (&json!(2), &json!(1)), "{resynced}");
    succeeded(stage.offline(0).args(["view", "start-over", "all", "--log", "lines"]));
    let system = tokio::task::block_in_place(|| scene.fleet().start(0));
    register_follows(&scene, &system);

    manager().suspend(&later, theft).await.unwrap();
    let record = scene.settled().await;
    assert!(record.events.iter().all(|it| (it.incarnation == 2) == (it.position > backed_up)));
    the_topics_show(&record, stage, &forgotten).await;
    crm.assert_shows(&scene).await;
    scene.ledger_reaches(record.head().position).await;
    scene.timelines_are_complete(&record).await;
    for view in ["commitments", "progress"] {
        let said = succeeded(system.command().args([view, "rebuild"]));
        assert!(said.contains("same"), "{view}: {said}");
    }
    every_act_has_its_case(&scene.door(&Person::staff("auditor")), &record).await;

    // The CRM reads all of it again, what never happened among it.
    tokio::task::block_in_place(|| consumer.kill9().unwrap());
    crm.sql("UPDATE offsets SET next = 0");
    crm.sql("DELETE FROM lines");
    let _again = crm.start();
    crm.assert_shows(&scene).await;
}

/// Whatever reads the log of lines.
const STOPPED: [&str; 5] = ["ledger", "lines.block_list", "notices.lines", "progress view", "view of lines"];

/// Every view and the relay wait for a person; commands go on, and nothing of it is carried.
async fn everybody_stops_and_says_so(scene: &Scene, line: &str) {
    let stage = scene.fleet().stage();
    let before = (shown_on(stage.kafka(), EVENTS).await, shown_on(stage.kafka(), STATE).await);
    let system = scene.fleet().begin(0);
    let of_views = ["lines", "commitments", "progress"].map(|view| format!("vigie view start-over {view}"));
    eventually("every view says what to run", SOON, async || {
        let readiness = tokio::task::block_in_place(|| system.readiness());
        readiness.is_some_and(|(is_ready, why)| !is_ready && of_views.iter().all(|said| why.contains(said)))
    })
    .await;
    tokio::task::block_in_place(|| {
        let stops = |said: &str| said.contains("the relay stops") && said.contains("vigie log resync");
        system.process().wait_for_line("the relay to stop", SOON, stops).unwrap();
        let metrics = system.metrics();
        let mut stopped: Vec<&str> = metrics
            .lines()
            .filter(|it| it.starts_with("vigie_view_stopped{") && it.ends_with(" 1"))
            .filter_map(|it| it.split("view=\"").nth(1)?.split('"').next())
            .collect();
        stopped.sort_unstable();
        assert_eq!(stopped, STOPPED, "{metrics}");
    });

    let manager = scene.door(&Person::manager(stage.account()));
    manager.suspend(line, SuspensionReason::Loss).await.unwrap();
    tokio::time::sleep(A_WHILE).await;
    let after = (shown_on(stage.kafka(), EVENTS).await, shown_on(stage.kafka(), STATE).await);
    assert_eq!(before, after, "the relay carries");
    drop(system);
    scene.fleet().stop(0);
}

/// What the log wants barred is barred; what only the register bars is opened when a person says so.
fn register_follows(scene: &Scene, system: &System) {
    let nam = |number: usize| scene.fleet().stage().register().nam(&scene.lines()[number].imsi).unwrap();
    let (barred, open) = (Some(Nam { cs: false, ps: false }), Some(Nam { cs: true, ps: true }));
    tokio::task::block_in_place(|| {
        let compared = system.command().args(["register", "reconcile"]).output().unwrap();
        assert_eq!(compared.status.code(), Some(1), "a difference is left: {compared:?}");
        assert_eq!((nam(0), nam(1)), (barred, barred), "reinstated, and stolen, after the backup");
        succeeded(system.command().args(["register", "reconcile", "--approve"]));
        assert_eq!((nam(0), nam(1)), (barred, open));
    });
}

/// The events topic has every event since the restore, and the state topic ends with the newest state of every line.
async fn the_topics_show(record: &Record, stage: &Stage, forgotten: &str) {
    let mut since: BTreeMap<String, BTreeSet<Mark>> = BTreeMap::new();
    for event in record.events.iter().filter(|event| event.incarnation == 2) {
        since.entry(event.stream_id.clone()).or_default().insert((2, event.stream_version));
    }
    eventually("every event since the restore arrives", SOON, async || {
        let mut shown = BTreeMap::new();
        for (key, marks) in shown_on(stage.kafka(), EVENTS).await {
            let marks: BTreeSet<_> = marks.into_iter().filter(|(incarnation, _)| *incarnation == 2).collect();
            if !marks.is_empty() {
                shown.insert(key, marks);
            }
        }
        shown == since
    })
    .await;

    let mut expected: BTreeMap<String, i64> =
        record.lines().map(|(line_id, line)| (line_id.to_string(), line.version())).collect();
    expected.insert(forgotten.to_owned(), 0);
    let mut states = Marks::new();
    eventually("the state topic ends with the newest state of every line", SOON, async || {
        states = shown_on(stage.kafka(), STATE).await;
        let last = states.iter().map(|(key, marks)| (key.clone(), marks.last().unwrap().1));
        last.collect::<BTreeMap<_, _>>() == expected
    })
    .await;
    // By the rule that every reader goes by, too, the last one wins; over what the events topic shows of the lost life as
    // well.
    let events = shown_on(stage.kafka(), EVENTS).await;
    for (key, marks) in &states {
        let everything = marks.iter().chain(events.get(key).into_iter().flatten());
        assert_eq!(everything.max(), marks.last(), "{key}");
    }
}

/// Registers a line; its id.
async fn register(scene: &Scene, line: LineEntry) -> String {
    let msisdn = line.msisdn.trim_start_matches('+').to_owned();
    scene.fleet().stage().register().provision(&line.imsi, Some(&msisdn)).unwrap();
    let operator = scene.operator();
    let message = RegisterLineRequest { request_id: SystemIds.next().to_string(), line: Some(line) };
    let answer = operator.lines().register_line(operator.request(message, SOON)).await.unwrap();
    answer.into_inner().line.unwrap().line_id
}

/// What a command prints that must succeed.
fn succeeded(command: &mut Command) -> String {
    let output = tokio::task::block_in_place(|| command.output().unwrap());
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json_of(command: &mut Command) -> Value {
    serde_json::from_str(&succeeded(command)).unwrap()
}
