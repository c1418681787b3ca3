//! SIGKILL in the middle of many timers that are due: each acts once all the same.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, sleep};
use vigie_clock::{Clock as _, SystemClock, SystemIds};
use vigie_eventlog::{EventLog, Location, Options, Timers};
use vigie_testkit::{Process, Scratch};

use super::{assert_each_rang_once, number, over_a_minute, set_alarms};
use crate::support::{Accounts, Place, assert_dense_and_chained, later};

const CHILD: &str = "timers::killed::wake_until_killed";

/// Between the kills, and after the last one.
const LIMIT: Duration = Duration::from_secs(120);

on_both_engines!(killed_twice_in_the_middle_of_a_minute_full_of_timers_each_acts_once);

async fn killed_twice_in_the_middle_of_a_minute_full_of_timers_each_acts_once(place: Place) {
    let count: u32 = if std::env::var_os("VIGIE_TEST_LONG").is_some() { 100_000 } else { 20_000 };
    let log = place.open().await;
    set_alarms(&log, over_a_minute(SystemClock.now(), count)).await;
    log.close(later(5_000)).await;
    drop(log);
    let home = Scratch::new("child").unwrap();

    for left in [count / 3 * 2, count / 3] {
        let child = start(&home, &place);
        until_at_most_are_due(&place, left).await;
        child.kill9().unwrap();
        let due = still_due(&place).await;
        assert!(due > 0 && due < count.into(), "killed in the middle, with {due} still due");
    }
    let child = start(&home, &place);
    until_at_most_are_due(&place, 0).await;
    child.kill9().unwrap();
    assert_each_rang_once(&place, count).await;
    assert_eq!(assert_dense_and_chained(&place.database().await).await, i64::from(count) * 2);
}

/// A process that wakes what is due in the log at `place`.
fn start(home: &Scratch, place: &Place) -> Process {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", CHILD, "--ignored", "--nocapture", "--test-threads=1"]);
    match &place.location {
        Location::Sqlite(path) => command.env("CHILD_LOG", path),
        Location::Postgres { url, schema } => command.env("CHILD_LOG", url).env("CHILD_SCHEMA", schema),
    };
    Process::start(home, &mut command).unwrap()
}

async fn still_due(place: &Place) -> i64 {
    let database = place.database().await;
    let due = number(&database, "SELECT count(*) FROM streams WHERE due_at IS NOT NULL").await;
    database.close().await;
    due
}

async fn until_at_most_are_due(place: &Place, left: u32) {
    let began = Instant::now();
    while still_due(place).await > left.into() {
        assert!(began.elapsed() < LIMIT, "more than {left} are still due");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "started by other tests, as a process of its own"]
async fn wake_until_killed() {
    let Ok(log) = std::env::var("CHILD_LOG") else { return };
    let location = match std::env::var("CHILD_SCHEMA") {
        Ok(schema) => Location::Postgres { url: log, schema },
        Err(_) => Location::Sqlite(log.into()),
    };
    let log =
        EventLog::open(Options::new(location), Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap();
    Timers::new(Accounts::new(log)).run().await;
}
