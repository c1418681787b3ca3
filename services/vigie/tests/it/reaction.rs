//! Reactions from the command line: thefts that were declared too long ago for anything to be done by itself.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::{Clock as _, Ids as _, ManualClock, SystemClock, SystemIds};
use vigie_eventlog::{Append, EventLog, Location, NewEvent, Options};
use vigie_testkit::Scratch;

use crate::running::{NO_DEMO, Running};

const THEFT: &str = include_str!("../../../lines/tests/golden/vigie.line.theft_declared.v1.golden.json");

/// Older than what the block list takes in by itself.
const LONG_AGO: Duration = Duration::from_hours(90 * 24);

#[test]
fn what_waits_is_found_retried_and_given_up_on_record() {
    let home = Scratch::new("reaction").unwrap();
    let data = home.folder("data").unwrap();
    let lines = [Uuid::from_u128(0xd1), Uuid::from_u128(0xd2)];
    tokio::runtime::Runtime::new().unwrap().block_on(declare_thefts(&data.join("lines.db"), &lines));
    let running = Running::start(&home, &data, &["--json"], &[NO_DEMO]);
    running.until("address");

    let waiting = || {
        let listed =
            running.command(&["--json", "reaction", "waiting", "--reaction", "lines.block_list"]).ok();
        listed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>()
    };
    running.command_until(&["reaction", "waiting"], "line.theft_declared.v1 v1");
    let listed = running.command_until(&["reaction", "list"], "lines.block_list");
    for name in [
        "routing.reviews",
        "routing.standing",
        "notices.lines",
        "notices.routing",
        "notices.send",
        "notices.bulk",
    ] {
        assert!(listed.contains(name), "{name} is missing in:\n{listed}");
    }
    while waiting().len() < lines.len() {
        std::thread::sleep(Duration::from_millis(50));
    }
    let effects = waiting();
    for effect in &effects {
        assert!(effect["why"].as_str().unwrap().contains("older than"), "{effect}");
        assert!(effect["since"].is_string() && effect["log"] == "lines", "{effect}");
    }

    let effect = |number: usize| effects[number]["effect_id"].as_str().unwrap();
    let (first, second) = (effect(0), effect(1));
    let of = |verb: &'static str, id| ["reaction", verb, "lines.block_list", id];
    running.command(&of("give-up", first)).failed(2);
    let reason = ["--reason", "the handset was found"];
    let tried = [&of("give-up", first)[..], &reason, &["--attempts", "7"]].concat();
    assert!(running.command(&tried).failed(1).contains("CONFLICT"));
    let given_up = running.command(&[&of("give-up", first)[..], &reason].concat()).ok();
    assert!(given_up.contains("was given up"), "{given_up}");
    let again = running.command(&[&of("retry", first)[..], &reason].concat()).failed(1);
    assert!(again.contains("EFFECT_NOT_WAITING"), "{again}");
    let shown = running.command(&of("show", first)).ok();
    assert!(shown.contains("was given up") && shown.contains("the handset was found"), "{shown}");
    assert!(shown.contains("vigie --json log tail --log lines --after"), "{shown}");

    running.command(&[&of("retry", second)[..], &reason].concat()).ok();
    // It is carried out, and waits for another reason now.
    let shown = running.command_until(&of("show", second), "there is no such line");
    assert!(shown.contains("waits for a person"), "{shown}");
    running.command(&[&of("give-up", second)[..], &reason].concat()).ok();
    assert_eq!(running.command(&["reaction", "waiting"]).ok(), "Nothing waits.\n");
    let unknown = running.command(&["reaction", "show", "lines.nothing", first]).failed(1);
    assert!(unknown.contains("REACTION_NOT_FOUND") && unknown.contains("lines.block_list"), "{unknown}");
    running.stop();
}

/// As they stand in a log that nobody read for so long.
async fn declare_thefts(file: &Path, lines: &[Uuid]) {
    let clock = Arc::new(ManualClock::at(SystemClock.now().minus(LONG_AGO)));
    let options = Options { name: "lines".to_owned(), ..Options::new(Location::Sqlite(file.to_owned())) };
    let log = EventLog::open(options, clock, Arc::new(SystemIds)).await.unwrap();
    for line_id in lines {
        let mut theft: Value = serde_json::from_str(THEFT).unwrap();
        theft["line"]["line_id"] = line_id.to_string().into();
        let event = NewEvent {
            event_id: SystemIds.next(),
            event_type: "vigie.line.theft_declared.v1".to_owned(),
            account_id: Uuid::from_u128(7),
            occurred_at: None,
            actor: "tester".to_owned(),
            on_behalf_of: None,
            channel: "API".to_owned(),
            request_id: None,
            act_id: None,
            traceparent: None,
            payload: serde_json::to_vec(&theft).unwrap(),
        };
        log.append(Append::new(*line_id, "line", 0, vec![event])).await.unwrap();
    }
    log.close(Instant::now() + Duration::from_secs(5)).await;
}
