//! Backup, restore and fraud, through the command line: the log goes on in a new incarnation, readers of the old one stop
//! loudly, and whatever was altered is named.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use serde_json::Value;
use sqlx::{Connection as _, Executor as _};
use vigie_acceptance::{Door, Fleet, Kind, Person, Scene, Stage, System, TestLine, eventually, reason_of};
use vigie_proto::lines::SuspensionReason;
use vigie_proto::log::{Checkpoint, FeedRequest, Finding};

const SOON: Duration = Duration::from_secs(30);

/// How often the head is anchored, and a little more.
const ANCHORED_WITHIN: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_backup_on_postgresql() {
    restore_an_older_backup(Kind::Real).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_backup_on_sqlite() {
    restore_an_older_backup(Kind::Embedded).await;
}

async fn restore_an_older_backup(kind: Kind) {
    let scene = Scene::open(Fleet::new(Stage::new(kind), 1), 3).await;
    let stage = scene.fleet().stage();
    let manager = scene.door(&Person::manager(stage.account()));
    gestures(&manager, scene.lines()).await;
    let system = scene.fleet().system(0).unwrap();
    let file = stage.scratch().path().join("log.backup");
    let backed_up = scene.settled().await.head();
    succeeded(&system.command().args(["log", "backup", "--log", "lines"]).arg(&file).output().unwrap());
    let again = system.command().args(["log", "backup", "--log", "lines"]).arg(&file).output().unwrap();
    assert!(!again.status.success(), "a backup never overwrites");

    gestures(&manager, scene.lines()).await;
    let old = scene.settled().await;
    assert!(old.head().position > backed_up.position);
    readers_have_read(&scene, old.head().position).await;
    scene.fleet().stop(0);

    let place = empty_the_log(stage, kind).await;
    let restored = stage.offline(place).args(["log", "restore", "--json"]).arg(&file).output().unwrap();
    let restored: Value = serde_json::from_str(&succeeded(&restored)).unwrap();
    assert_eq!(restored["incarnation"], 2, "{restored}");
    let twice = stage.offline(place).args(["log", "restore"]).arg(&file).output().unwrap();
    assert_eq!(twice.status.code(), Some(1), "into an empty log only");
    assert!(String::from_utf8_lossy(&twice.stderr).contains("empty"), "{twice:?}");

    // The readers of old, ledger and view, find another past than theirs.
    let system = stage.launch(place, |_| {});
    assert_stops_loudly(&system);
    let operator = serving(stage, &system).await;
    let status = feed_after(&operator, old.head()).await.unwrap_err();
    assert_eq!(reason_of(&status), "CHECKPOINT_REFUSED", "{status:?}");
    assert!(status.message().to_lowercase().contains("rebuild"), "says what to do: {}", status.message());
    feed_after(&operator, backed_up.clone()).await.expect("a reader from before the backup goes on");
    system.process().terminate(SOON).unwrap();

    // What they were told to do.
    forget_views(stage, kind, place).await;
    let system = tokio::task::block_in_place(|| stage.start(place));
    let manager = system.door(&Person::manager(stage.account())).await;
    gestures(&manager, scene.lines()).await;
    let record = vigie_acceptance::Record::read(&system.door(&Person::staff("operator")).await).await;
    let (before, after): (Vec<_>, Vec<_>) =
        record.events.iter().partition(|event| event.position <= backed_up.position);
    assert!(before.iter().all(|event| event.incarnation == 1));
    assert!(
        after.len() > 1 && after.iter().all(|event| event.incarnation == 2),
        "the log goes on in incarnation 2"
    );
    assert_eq!(before.last().unwrap().hash, backed_up.hash, "the same past");
    let verified = succeeded(&system.command().args(["log", "verify"]).output().unwrap());
    assert!(verified.contains("intact"), "{verified}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stolen_tail_on_postgresql() {
    steal_the_tail(Kind::Real).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stolen_tail_on_sqlite() {
    steal_the_tail(Kind::Embedded).await;
}

/// The last events go, and every table is made consistent again: only the anchor outside of the database knows.
async fn steal_the_tail(kind: Kind) {
    let scene = Scene::open(Fleet::new(Stage::new(kind), 1), 3).await;
    let stage = scene.fleet().stage();
    let manager = scene.door(&Person::manager(stage.account()));
    gestures(&manager, scene.lines()).await;
    let kept = scene.settled().await.head().position;
    gestures(&manager, scene.lines()).await;
    let head = scene.settled().await.head().position;
    anchored(stage.data(0).join("lines.anchor").as_path(), head).await;
    scene.fleet().stop(0);

    let tail = [
        format!("DELETE FROM events WHERE position > {kept}"),
        "UPDATE streams SET version = (SELECT max(stream_version) FROM events WHERE events.stream_id = streams.stream_id), \
         due_at = NULL, lease_holder = NULL, lease_until = 0"
            .to_owned(),
        "DELETE FROM requests WHERE act_id NOT IN (SELECT act_id FROM events WHERE act_id IS NOT NULL) \
         AND method NOT LIKE '%RegisterLine'"
            .to_owned(),
    ];
    tamper(stage, kind, &tail).await;
    forget_views(stage, kind, 0).await;

    let system = tokio::task::block_in_place(|| stage.start(0));
    let output = system.command().args(["log", "verify", "--json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let findings = findings(&output);
    assert!(
        !findings.is_empty() && findings.iter().all(|finding| finding["code"] == "TAIL_CUT"),
        "{findings:?}"
    );
    assert!(findings.iter().any(|finding| finding["position"] == head), "{findings:?}");
}

/// Every stored column, what to make of it on PostgreSQL, and on SQLite.
const COLUMNS: [(&str, &str, &str); 18] = [
    ("position", "position + 5000000", "position + 5000000"),
    ("event_id", "gen_random_uuid()", "randomblob(16)"),
    ("shard", "shard + 1", "shard + 1"),
    ("incarnation", "incarnation + 1", "incarnation + 1"),
    ("stream_id", "gen_random_uuid()", "randomblob(16)"),
    ("stream_version", "stream_version + 1000", "stream_version + 1000"),
    ("type", "type || 'x'", "type || 'x'"),
    ("account_id", "gen_random_uuid()", "randomblob(16)"),
    ("recorded_at", "recorded_at + 1", "recorded_at + 1"),
    ("occurred_at", "occurred_at - 1", "occurred_at - 1"),
    ("actor", "actor || 'x'", "actor || 'x'"),
    ("on_behalf_of", "coalesce(on_behalf_of, '') || 'x'", "coalesce(on_behalf_of, '') || 'x'"),
    ("channel", "channel || 'x'", "channel || 'x'"),
    ("request_id", "gen_random_uuid()", "randomblob(16)"),
    ("act_id", "gen_random_uuid()", "randomblob(16)"),
    ("traceparent", "coalesce(traceparent, '') || 'x'", "coalesce(traceparent, '') || 'x'"),
    (
        "payload",
        "set_byte(payload, 9, get_byte(payload, 9) # 1)",
        "CAST(replace(payload, '{\"account', '{\"Account') AS BLOB)",
    ),
    ("hash", "set_byte(hash, 31, get_byte(hash, 31) # 1)", "randomblob(32)"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_flipped_column_is_named_on_postgresql() {
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Real), 1), 3).await;
    let stage = scene.fleet().stage();
    gestures(&scene.door(&Person::manager(stage.account())), scene.lines()).await;
    let record = scene.settled().await;
    // In the middle of a line's life and of the log.
    let event = &record.line(scene.lines()[1].line_id).events[2].0;
    assert!(event.position < record.head().position);
    let operator = scene.operator();

    let mut database = sqlx::PgConnection::connect(stage.database()).await.unwrap();
    database.execute("SET search_path = lines").await.unwrap();
    database.execute("CREATE TABLE as_written AS SELECT * FROM events").await.unwrap();
    for (column, flipped, _) in COLUMNS {
        let position = event.position;
        let flip = format!("UPDATE events SET {column} = {flipped} WHERE position = {position}");
        assert_eq!(database.execute(sqlx::AssertSqlSafe(flip)).await.unwrap().rows_affected(), 1, "{column}");
        let findings = verify(&operator).await;
        assert_named(column, position, &event.stream_id, &findings);
        let undo = "DELETE FROM events WHERE (position, hash) NOT IN (SELECT position, hash FROM as_written); \
                    DELETE FROM events AS e USING as_written AS w WHERE e.position = w.position AND e IS DISTINCT FROM w; \
                    INSERT INTO events SELECT * FROM as_written ON CONFLICT DO NOTHING";
        sqlx::raw_sql(undo).execute(&mut database).await.unwrap();
        assert!(verify(&operator).await.is_empty(), "put back as it was: {column}");
    }
}

/// One process per file: so Vigie starts anew for each column.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_flipped_column_is_named_on_sqlite() {
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Embedded), 1), 3).await;
    let stage = scene.fleet().stage();
    gestures(&scene.door(&Person::manager(stage.account())), scene.lines()).await;
    let record = scene.settled().await;
    let event = &record.line(scene.lines()[1].line_id).events[2].0;
    scene.fleet().stop(0);
    let log = stage.data(0).join("lines.db");
    let as_written = stage.scratch().path().join("as-written.db");
    tamper(stage, Kind::Embedded, &[]).await;
    std::fs::copy(&log, &as_written).unwrap();

    for (column, _, flipped) in COLUMNS {
        let position = event.position;
        let flip = format!("UPDATE events SET {column} = {flipped} WHERE position = {position}");
        tamper(stage, Kind::Embedded, &[flip]).await;
        let system = stage.launch(0, |_| {});
        let operator = serving(stage, &system).await;
        assert_named(column, position, &event.stream_id, &verify(&operator).await);
        if column == "payload" {
            let output = system.command().args(["log", "verify"]).output().unwrap();
            assert_eq!(output.status.code(), Some(1), "{output:?}");
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(said.contains("HASH_MISMATCH") && said.contains(&event.stream_id), "{said}");
        }
        drop(system);
        for rest in ["lines.db-wal", "lines.db-shm"] {
            let _ = std::fs::remove_file(stage.data(0).join(rest));
        }
        std::fs::copy(&as_written, &log).unwrap();
    }
}

/// Some finding is about this position, and this stream is named.
fn assert_named(column: &str, position: i64, stream_id: &str, findings: &[Finding]) {
    assert!(
        findings.iter().any(|finding| finding.position == position),
        "{column} of {position}: {findings:?}"
    );
    let is_named = findings.iter().any(|finding| finding.stream_id == stream_id);
    assert!(is_named, "{column} of stream {stream_id}: {findings:?}");
}

/// Each line is suspended and reinstated: four events and more.
async fn gestures(manager: &Door, lines: &[TestLine]) {
    for line in lines {
        let line_id = line.line_id.to_string();
        for _ in 0..2 {
            manager.suspend(&line_id, SuspensionReason::Loss).await.unwrap();
            manager.reinstate(&line_id, SuspensionReason::Loss).await.unwrap();
        }
    }
}

/// Ledger and view stand at the log's head.
async fn readers_have_read(scene: &Scene, head: i64) {
    let auditor = scene.door(&Person::staff("auditor"));
    eventually("the ledger has read all", SOON, async || {
        let message = vigie_proto::commitments::GetCharacteristicRequest {
            characteristic: "9.3".into(),
            ..Default::default()
        };
        let answer = auditor.commitments().get_characteristic(auditor.request(message, SOON)).await;
        answer.is_ok_and(|answer| answer.into_inner().position >= head)
    })
    .await;
}

/// An empty place for the log with the readers' own data kept; the number of the replica that is to run on it.
async fn empty_the_log(stage: &Stage, kind: Kind) -> usize {
    match kind {
        Kind::Real => {
            let mut database = sqlx::PgConnection::connect(stage.database()).await.unwrap();
            database.execute("DROP SCHEMA lines CASCADE").await.unwrap();
            0
        }
        Kind::Embedded => {
            let (from, to) = (stage.data(0), stage.data(1));
            for file in std::fs::read_dir(from).unwrap().flatten() {
                let name = file.file_name().into_string().unwrap();
                // The readers' files and the register; neither log nor anchor.
                if ["lines-view.db", "commitments.db", "progress.db", "register.jsonl"]
                    .iter()
                    .any(|kept| name.starts_with(kept))
                {
                    std::fs::copy(file.path(), to.join(name)).unwrap();
                }
            }
            1
        }
    }
}

/// Where those keep their place who read the log of lines.
const READERS: [&str; 5] = ["lines_view", "lines_block_list", "commitments", "progress", "notices_of_lines"];

/// All views are to be computed anew.
async fn forget_views(stage: &Stage, kind: Kind, place: usize) {
    match kind {
        Kind::Real => {
            let mut database = sqlx::PgConnection::connect(stage.database()).await.unwrap();
            for reader in READERS {
                let drop = sqlx::AssertSqlSafe(format!("DROP SCHEMA {reader} CASCADE"));
                database.execute(drop).await.unwrap();
            }
        }
        Kind::Embedded => {
            for file in std::fs::read_dir(stage.data(place)).unwrap().flatten() {
                let name = file.file_name().into_string().unwrap();
                if READERS.iter().any(|reader| name.starts_with(&format!("{}.db", reader.replace('_', "-"))))
                {
                    std::fs::remove_file(file.path()).unwrap();
                }
            }
        }
    }
}

/// Changes what is stored, as somebody with all rights over the database can.
async fn tamper(stage: &Stage, kind: Kind, statements: &[String]) {
    match kind {
        Kind::Real => {
            let mut database = sqlx::PgConnection::connect(stage.database()).await.unwrap();
            database.execute("SET search_path = lines").await.unwrap();
            for statement in statements {
                database.execute(sqlx::AssertSqlSafe(statement.clone())).await.unwrap();
            }
        }
        Kind::Embedded => {
            let file = stage.data(0).join("lines.db");
            let mut database =
                sqlx::SqliteConnection::connect(&format!("sqlite://{}", file.display())).await.unwrap();
            for trigger in ["events_no_update", "events_no_delete"] {
                let drop = format!("DROP TRIGGER IF EXISTS {trigger}");
                database.execute(sqlx::AssertSqlSafe(drop)).await.unwrap();
            }
            for statement in statements {
                let done = database.execute(sqlx::AssertSqlSafe(statement.clone())).await;
                assert!(done.unwrap().rows_affected() > 0, "{statement}");
            }
            database.close().await.unwrap();
        }
    }
}

/// Waits until the anchor outside of the database knows `head`.
async fn anchored(file: &Path, head: i64) {
    eventually("the head is anchored", ANCHORED_WITHIN, async || {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let last = text.lines().last().and_then(|line| serde_json::from_str::<Value>(line).ok());
        last.is_some_and(|anchor| anchor["position"].as_i64() >= Some(head))
    })
    .await;
}

/// The replica says which reader stopped, why, and what to do; and it is not ready.
fn assert_stops_loudly(system: &System) {
    for reader in ["ledger", "view"] {
        let said = system.process().wait_for_line(&format!("the {reader} to stop"), SOON, |line| {
            let line = line.to_lowercase();
            line.contains(reader) && line.contains("restored") && line.contains("rebuild")
        });
        said.unwrap();
    }
    assert!(!system.is_ready());
}

/// The operator's way to a replica that serves, ready or not.
async fn serving(stage: &Stage, system: &System) -> Door {
    let operator = Door::open(system.endpoint(), &stage.mint(&Person::staff("operator").grant())).await;
    eventually("it serves", SOON, async || feed_after(&operator, Checkpoint::default()).await.is_ok()).await;
    operator
}

/// Reads one event behind a checkpoint.
async fn feed_after(operator: &Door, checkpoint: Checkpoint) -> Result<(), tonic::Status> {
    let message =
        FeedRequest { after: Some(checkpoint), limit: 1, log: "lines".to_owned(), ..Default::default() };
    let mut feed = operator.log().feed(operator.request(message, SOON)).await?.into_inner();
    feed.message().await.map(drop)
}

async fn verify(operator: &Door) -> Vec<Finding> {
    vigie_acceptance::verify(operator).await
}

fn succeeded(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Of `vigie log verify --json`.
fn findings(output: &Output) -> Vec<Value> {
    let documents = String::from_utf8_lossy(&output.stdout).into_owned();
    let documents = documents.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    documents.flat_map(|document| document["findings"].as_array().cloned().unwrap_or_default()).collect()
}
