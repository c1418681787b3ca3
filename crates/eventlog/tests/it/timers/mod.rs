//! Timers are rows, and a wake is a command whose request id is (stream, due instant).

mod failing;
mod firing;
mod killed;
mod looks;
mod many;

use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::{Aggregate as _, Append, Database, Due, EventLog, NewEvent, Timers};

use crate::support::account::Event;
use crate::support::{Account, Accounts, Place, Ring, event, id};

/// Appends at once.
const CALLERS: usize = 256;

/// New accounts with an alarm each.
async fn set_alarms(log: &EventLog, alarms: impl IntoIterator<Item = Timestamp>) {
    let mut appends = JoinSet::new();
    for at in alarms {
        while appends.len() >= CALLERS {
            appends.join_next().await.unwrap().unwrap();
        }
        let (log, append) = (log.clone(), alarm(id(), at));
        appends.spawn(async move { log.append(append).await.unwrap() });
    }
    while let Some(appended) = appends.join_next().await {
        appended.unwrap();
    }
}

fn alarm(account: Uuid, at: Timestamp) -> Append {
    let encoded = Account::encode(&Event::AlarmSet(at, Ring::Once)).unwrap();
    let set = NewEvent { event_type: encoded.event_type.to_owned(), payload: encoded.payload, ..event() };
    Append { due: Due::Set(Some(at)), ..Append::new(account, Account::KIND, 0, vec![set]) }
}

/// `count` instants over the minute before `end`.
fn over_a_minute(end: Timestamp, count: u32) -> impl Iterator<Item = Timestamp> {
    (0..count).map(move |number| end.minus(Duration::from_secs(60) * number / count))
}

/// Lets timers run until none is due any more at `until`.
async fn run_until_none_is_due(runners: &[&Accounts], until: Timestamp, limit: Duration) {
    let mut running = JoinSet::new();
    for runner in runners {
        running.spawn(Timers::new(Accounts::clone(runner)).run());
    }
    let log = runners[0].log();
    let all = async {
        while log.clock().now() < until || !log.due(Account::KIND, until, 1).await.unwrap().is_empty() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(limit, all).await.expect("timers are still due");
}

async fn number(database: &Database, query: &'static str) -> i64 {
    database.query(query, &[]).await.unwrap().remove(0).i64(0).unwrap()
}

/// Of `count` accounts each has rung, and none twice.
async fn assert_each_rang_once(place: &Place, count: u32) {
    let database = place.database().await;
    let rang = "SELECT count(*) FROM events WHERE type = 'test.account.rang.v1'";
    let accounts = "SELECT count(DISTINCT stream_id) FROM events WHERE type = 'test.account.rang.v1'";
    let due = "SELECT count(*) FROM streams WHERE due_at IS NOT NULL";
    let numbers =
        (number(&database, rang).await, number(&database, accounts).await, number(&database, due).await);
    assert_eq!(numbers, (count.into(), count.into(), 0), "rings, accounts that rang, still due");
}
