//! An event that a view cannot take in parks its line there and no other, until a person lets it pass; the line itself, its
//! register, the ledger and Kafka know nothing of it (rule 23).

use std::process::Output;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;
use vigie_acceptance::{
    Fleet, Kind, LineRecord, Person, Scene, Stage, System, TestLine, carried, eventually, machine,
};
use vigie_clock::{Ids, SystemClock, SystemIds};
use vigie_eventlog::{Append, EventLog, Location, NewEvent, Options};
use vigie_proto::lines::SuspensionReason;

const NOTICE_DUE: &str = "vigie.line.second_contact_notice_due.v1";

const SOON: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_event_that_claims_another_lines_act_parks_its_line_until_it_is_passed_by() {
    let _machine = machine().await;
    let scene = Scene::open(Fleet::new(Stage::new(Kind::Real).with_kafka(), 1), 3).await;
    let system = scene.fleet().system(0).unwrap();
    let manager = scene.door(&Person::manager(scene.fleet().stage().account()));
    let [poisoned, claimed, third] = scene.lines() else { panic!("three lines") };
    let id = |line: &TestLine| line.line_id.to_string();
    let theft = SuspensionReason::Theft;
    let of_the_claimed = manager.suspend(&id(claimed), theft).await.unwrap().act.unwrap();
    manager.suspend(&id(poisoned), theft).await.unwrap();
    manager.reinstate(&id(poisoned), theft).await.unwrap();
    let record = scene.settled().await;
    scene.timelines_are_complete(&record).await;

    let line = record.line(poisoned.line_id);
    let (version, act_id) = (line.version() + 1, of_the_claimed.act_id.parse().unwrap());
    let event_id = append(scene.fleet().stage(), poisoned.line_id, line, claim_of(line, act_id)).await;
    // Behind it, and beside it.
    manager.suspend(&id(poisoned), SuspensionReason::Loss).await.unwrap();
    manager.reinstate(&id(claimed), theft).await.unwrap();
    manager.suspend(&id(third), SuspensionReason::Loss).await.unwrap();
    let record = scene.settled().await;
    carried(scene.fleet().stage().kafka(), &record).await;
    scene.ledger_reaches(record.head().position).await;
    let mut letters = Vec::new();
    eventually("the line waits, and what came behind it is counted", SOON, async || {
        letters = documents(&said(&system, &["--json", "dead-letter", "list"]));
        letters.iter().any(|it| it["waiting"].as_i64() == Some(2))
    })
    .await;
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    assert_eq!(
        (&letter["stream_id"], &letter["event_id"]),
        (&id(poisoned).into(), &event_id.to_string().into())
    );
    assert_eq!((&letter["view"], letter["stream_version"].as_i64()), (&"progress".into(), Some(version)));
    assert_eq!(tokio::task::block_in_place(|| system.sum("vigie_bus_dead_letters")), 1.0);
    for line in [claimed, third] {
        let newest = &timeline(&system, line)[0];
        assert_eq!(newest["version"].as_i64(), Some(record.line(line.line_id).version()), "{newest}");
    }
    assert_eq!(timeline(&system, poisoned)[0]["version"].as_i64(), Some(version - 1), "it stands before it");

    let letter = ["progress", &id(poisoned)];
    let shown = text(&said(&system, &[&["dead-letter", "show"], &letter[..]].concat()));
    assert!(shown.contains("claims act") && shown.contains(&of_the_claimed.act_id), "{shown}");
    let retried = said(&system, &[&["dead-letter", "retry"], &letter[..]].concat());
    let why = String::from_utf8_lossy(&retried.stderr);
    assert!(retried.status.code() == Some(1) && why.contains("STILL_PARKED"), "{retried:?}");
    let skip =
        [&["dead-letter", "skip"], &letter[..], &["--reason", "the notice is the other line's"]].concat();
    assert!(text(&said(&system, &skip)).contains("the stream goes on"));
    assert_eq!(text(&said(&system, &["dead-letter", "list"])), "Nothing waits.\n");

    let entries = timeline(&system, poisoned);
    let versions: Vec<_> = entries.iter().filter_map(|entry| entry["version"].as_i64()).collect();
    let all: Vec<_> = (1..=record.line(poisoned.line_id).version()).rev().collect();
    assert_eq!(versions, all, "in order, each once");
    let passed_by = entries.iter().filter(|entry| entry["kind"] == "ENTRY_KIND_SKIPPED");
    assert_eq!(passed_by.map(|entry| entry["version"].as_i64()).collect::<Vec<_>>(), [Some(version)]);
    scene.readers_agree(&record).await;
    scene.log_is_intact().await;
}

/// The line's own notice once more, of another line's act: the line reads it, a timeline must not.
fn claim_of(line: &LineRecord, act_id: Uuid) -> Vec<u8> {
    let payload = |event: &vigie_proto::log::Event| serde_json::from_slice::<Value>(&event.payload).unwrap();
    let (notice, _) = line.events.iter().find(|(event, _)| event.r#type == NOTICE_DUE).unwrap();
    let (newest, _) = line.events.last().unwrap();
    let mut claim = payload(notice);
    claim["act_id"] = act_id.to_string().into();
    claim["line"] = payload(newest)["line"].take();
    serde_json::to_vec(&claim).unwrap()
}

/// Appends an event as another replica does: with its place in the chain. Its id.
async fn append(stage: &Stage, stream_id: Uuid, line: &LineRecord, payload: Vec<u8>) -> Uuid {
    let location = Location::Postgres { url: stage.database().to_owned(), schema: "lines".to_owned() };
    let log =
        EventLog::open(Options::new(location), Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap();
    let event = NewEvent {
        event_id: SystemIds.next(),
        event_type: NOTICE_DUE.to_owned(),
        account_id: stage.account(),
        occurred_at: None,
        actor: "tester".to_owned(),
        on_behalf_of: None,
        channel: "API".to_owned(),
        request_id: None,
        act_id: None,
        traceparent: None,
        payload,
    };
    let event_id = event.event_id;
    let append = Append::new(stream_id, "line", line.version(), vec![event]);
    log.append(append).await.unwrap();
    log.close(Instant::now() + SOON).await;
    event_id
}

fn timeline(system: &System, line: &TestLine) -> Vec<Value> {
    documents(&said(system, &["--json", "line", "timeline", &line.msisdn]))
}

fn said(system: &System, arguments: &[&str]) -> Output {
    tokio::task::block_in_place(|| system.command().args(arguments).output().unwrap())
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// One JSON document a line.
fn documents(output: &Output) -> Vec<Value> {
    text(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}
