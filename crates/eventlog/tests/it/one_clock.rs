//! Rule 9: one clock, and it never runs backwards along positions.

use std::sync::Arc;
use std::time::Duration;

use vigie_clock::{Clock as _, ManualClock, SystemClock, Timestamp};
use vigie_eventlog::Checkpoint;

use crate::support::{Engine, Place, append, id};

on_both_engines!(
    the_clock_steps_back_and_recorded_at_does_not,
    recorded_at_is_not_before_what_the_decision_was_made_at,
    the_clock_steps_back_over_a_restart,
);

fn noon() -> Timestamp {
    Timestamp::parse("2030-06-01T12:00:00Z").unwrap()
}

async fn the_clock_steps_back_and_recorded_at_does_not(place: Place) {
    let clock = Arc::new(ManualClock::at(noon()));
    let log = place.open_at(clock.clone()).await;
    for step in [0, 5, -3600, -1, 3, 7200] {
        clock.set(Timestamp::from_micros(noon().as_micros() + step * 1_000_000));
        log.append(append(id(), 0, 2)).await.unwrap();
    }
    let events = log.read(0, 100).await.unwrap();
    let seconds: Vec<_> =
        events.iter().step_by(2).map(|event| event.recorded_at.since(noon()).as_secs()).collect();
    assert_eq!(seconds, [0, 5, 5, 5, 5, 7200]);
    assert!(events.iter().all(|event| event.occurred_at == event.recorded_at));
}

async fn recorded_at_is_not_before_what_the_decision_was_made_at(place: Place) {
    let clock = Arc::new(ManualClock::at(noon()));
    let log = place.open_at(clock.clone()).await;
    let mut decided_later = append(id(), 0, 1);
    decided_later.not_before = noon().plus(Duration::from_secs(2));
    let occurred_at = noon().minus(Duration::from_secs(60));
    decided_later.events[0].occurred_at = Some(occurred_at);
    let appended = log.append(decided_later.clone()).await.unwrap();
    assert_eq!(appended.events[0].recorded_at, decided_later.not_before);
    assert_eq!(appended.events[0].occurred_at, occurred_at, "what happened elsewhere keeps its own time");
    let next = log.append(append(id(), 0, 1)).await.unwrap();
    assert_eq!(next.events[0].recorded_at, decided_later.not_before);
}

async fn the_clock_steps_back_over_a_restart(place: Place) {
    let first = place.open_at(Arc::new(ManualClock::at(noon()))).await;
    first.append(append(id(), 0, 1)).await.unwrap();
    first.close(crate::support::later(5000)).await;
    drop(first);
    let before_noon = ManualClock::at(noon().minus(Duration::from_secs(1)));
    let second = place.open_at(Arc::new(before_noon)).await;
    let appended = second.append(append(id(), 0, 1)).await.unwrap();
    assert_eq!(appended.events[0].recorded_at, noon());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_with_clocks_apart_record_in_one_order_and_their_skew_shows() {
    let place = Place::new(Engine::Postgres);
    let behind = ManualClock::at(SystemClock.now().minus(Duration::from_secs(3600)));
    let (right, wrong) = (place.open().await, place.open_at(Arc::new(behind)).await);
    for _ in 0..5 {
        right.append(append(id(), 0, 1)).await.unwrap();
        wrong.append(append(id(), 0, 1)).await.unwrap();
    }
    let events = right.subscribe(Checkpoint::START).next_batch(100).await.unwrap();
    assert!(events.windows(2).all(|pair| pair[0].recorded_at <= pair[1].recorded_at));
    assert!(right.clock_skew() < Duration::from_secs(1), "{:?}", right.clock_skew());
    assert!(wrong.clock_skew() > Duration::from_secs(3500), "{:?}", wrong.clock_skew());
}
