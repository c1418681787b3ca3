//! Many timers at once.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use vigie_clock::{Clock as _, SystemClock};

use super::{assert_each_rang_once, over_a_minute, run_until_none_is_due, set_alarms};
use crate::support::Place;
use crate::support::account::Event;

on_both_engines!(
    two_replicas_wake_each_of_many_once,
    all_of_one_instant_are_woken_however_many_looks_it_takes,
    those_that_become_due_while_it_runs_are_woken_within_a_second,
);

const LIMIT: Duration = Duration::from_secs(30);

async fn two_replicas_wake_each_of_many_once(place: Place) {
    const COUNT: u32 = 3_000;
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let now = SystemClock.now();
    set_alarms(a.log(), over_a_minute(now, COUNT)).await;
    run_until_none_is_due(&[&a, &b], now, LIMIT).await;
    assert_each_rang_once(&place, COUNT).await;
}

async fn all_of_one_instant_are_woken_however_many_looks_it_takes(place: Place) {
    const COUNT: u32 = 1_500;
    let (accounts, _) = place.two_caches(Arc::new(SystemClock)).await;
    let now = SystemClock.now();
    set_alarms(accounts.log(), (0..COUNT).map(|_| now)).await;
    run_until_none_is_due(&[&accounts], now, LIMIT).await;
    assert_each_rang_once(&place, COUNT).await;
}

async fn those_that_become_due_while_it_runs_are_woken_within_a_second(place: Place) {
    const COUNT: u32 = 600;
    let (accounts, _) = place.two_caches(Arc::new(SystemClock)).await;
    let first = SystemClock.now().plus(Duration::from_millis(1_000));
    let alarms = (0..COUNT).map(|number| first.plus(Duration::from_micros(2_500) * number));
    let last = first.plus(Duration::from_micros(2_500) * COUNT);
    set_alarms(accounts.log(), alarms).await;
    run_until_none_is_due(&[&accounts], last, LIMIT).await;
    assert_each_rang_once(&place, COUNT).await;

    let mut set = HashMap::new();
    let mut latest = Duration::ZERO;
    for event in accounts.log().read(0, 2 * COUNT as usize).await.unwrap() {
        match serde_json::from_slice(&event.payload).unwrap() {
            Event::AlarmSet(at, _) => {
                set.insert(event.stream_id, at.max(event.recorded_at));
            }
            Event::Rang(_) => latest = latest.max(event.recorded_at.since(set[&event.stream_id])),
            other => panic!("{other:?}"),
        }
    }
    assert!(latest < Duration::from_secs(1), "{latest:?} late");
}
