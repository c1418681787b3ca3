//! Dead letters from the command line, on an event that came into the log although no build can read it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::{Ids as _, SystemClock, SystemIds};
use vigie_eventlog::{Append, EventLog, Location, NewEvent, Options};
use vigie_testkit::Scratch;

use crate::running::{NO_DEMO, Running};

const STREAM: Uuid = Uuid::from_u128(0x0197_b1f0_0000_7000_8000_0000_0000_00d1);

#[test]
fn an_event_that_no_build_reads_is_found_retried_and_passed_by() {
    let home = Scratch::new("dead-letter").unwrap();
    let data = home.path().join("data");
    let calm = Running::start(&home, &data, &["--json"], &[NO_DEMO]);
    calm.until("address");
    assert_eq!(calm.command(&["dead-letter", "list"]).ok(), "Nothing waits.\n");
    let unknown = calm.command(&["dead-letter", "list", "--view", "ledger"]).failed(1);
    assert!(unknown.contains("VIEW_NOT_FOUND") && unknown.contains("progress"), "{unknown}");
    calm.stop();

    tokio::runtime::Runtime::new().unwrap().block_on(append_what_nobody_reads(&data.join("lines.db")));
    let running = Running::start(&home, &data, &["--json"], &[NO_DEMO]);
    running.until("address");
    let stream = STREAM.to_string();
    let listed = running.command_until(&["dead-letter", "list", "--view", "progress"], &stream);
    assert!(listed.contains("line.suspension_confirmed.v1 v1") && !listed.contains("+336"), "{listed}");

    let shown = running.command(&["--json", "dead-letter", "show", "progress", &stream]).ok();
    let shown: Value = serde_json::from_str(&shown).unwrap();
    let (letter, read_with) = (&shown["dead_letter"], shown["read_with"].as_str().unwrap());
    let arguments: Vec<_> = read_with.split(" | ").next().unwrap().split(' ').skip(1).collect();
    let first = running.command(&arguments).ok();
    let first: Value = serde_json::from_str(first.lines().next().unwrap()).unwrap();
    assert_eq!(first["event_id"], letter["event_id"], "the command shows that event");

    let retried = running.command(&["dead-letter", "retry", "progress", &stream]).failed(1);
    assert!(retried.contains("STILL_PARKED"), "{retried}");
    let other = Uuid::from_u128(9).to_string();
    let skip = ["dead-letter", "skip", "progress", &stream, "--reason", "a test"];
    let skipped = running.command(&[&skip[..], &["--event", &other]].concat()).failed(1);
    assert!(skipped.contains("CONFLICT"), "{skipped}");
    let skipped = running.command(&skip).ok();
    assert!(skipped.contains("was passed by; the stream goes on"), "{skipped}");
    // A reaction cannot read it either, and decides for itself.
    let of_notices = ["dead-letter", "skip", "notices.lines", &stream, "--reason", "a test"];
    running.command_until(&["dead-letter", "list"], "notices.lines");
    running.command(&of_notices).ok();
    assert_eq!(running.command(&["dead-letter", "list"]).ok(), "Nothing waits.\n");
    let gone = running.command(&["dead-letter", "show", "progress", &stream]).failed(1);
    assert!(gone.contains("DEAD_LETTER_NOT_FOUND"), "{gone}");
    running.stop();
}

async fn append_what_nobody_reads(file: &Path) {
    let options = Options::new(Location::Sqlite(file.to_owned()));
    let log = EventLog::open(options, Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap();
    let event = NewEvent {
        event_id: SystemIds.next(),
        event_type: "vigie.line.suspension_confirmed.v1".to_owned(),
        account_id: Uuid::from_u128(7),
        occurred_at: None,
        actor: "tester".to_owned(),
        on_behalf_of: None,
        channel: "API".to_owned(),
        request_id: None,
        act_id: None,
        traceparent: None,
        payload: br#"{"acts": "+33639980001"}"#.to_vec(),
    };
    let append = Append::new(STREAM, "line", 0, vec![event]);
    log.append(append).await.unwrap();
    log.close(Instant::now() + Duration::from_secs(5)).await;
}
