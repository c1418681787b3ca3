//! When a timer fires, and what becomes of its row.

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Clock as _, ManualClock, Timestamp};
use vigie_eventlog::{Aggregates, Due, EventLog, Timers};

use crate::support::{Account, Accounts, Command, Place, Ring, append, id, later, run};

on_both_engines!(
    two_runners_wake_once,
    a_timer_fires_when_it_is_due_and_not_before,
    an_outcome_with_a_later_timer_moves_the_row_on,
    an_outcome_without_events_clears_the_row,
    a_refused_wake_clears_the_row,
    a_timer_set_again_to_an_instant_that_was_answered_does_not_fire_for_ever,
    a_timer_survives_a_restart,
    timers_of_another_kind_are_left_alone,
    a_stream_that_cannot_be_woken_stays_due_and_stops_nobody,
    a_wake_decided_on_old_state_is_decided_anew,
);

fn noon() -> Timestamp {
    Timestamp::parse("2030-06-01T12:00:00Z").unwrap()
}

fn in_seconds(seconds: u64) -> Timestamp {
    noon().plus(Duration::from_secs(seconds))
}

/// Two runners on one log with a clock at noon, and an account whose alarm is at one second past.
async fn two_runners(place: &Place, ring: Ring) -> (Accounts, Accounts, Arc<ManualClock>, Uuid) {
    let clock = Arc::new(ManualClock::at(noon()));
    let (a, b) = place.two_caches(clock.clone()).await;
    let account = id();
    run(&a, account, Command::RingAt(in_seconds(1), ring)).await.unwrap();
    (a, b, clock, account)
}

async fn due(log: &EventLog, clock: &ManualClock) -> Vec<(Uuid, Timestamp)> {
    log.due("account", clock.now(), 100).await.unwrap()
}

async fn wake(accounts: &Accounts) -> usize {
    Timers::new(accounts.clone()).wake_due().await.unwrap()
}

async fn two_runners_wake_once(place: Place) {
    let (a, b, clock, first) = two_runners(&place, Ring::Once).await;
    let mut all = vec![first];
    for _ in 0..20 {
        let account = id();
        run(&b, account, Command::RingAt(in_seconds(1), Ring::Once)).await.unwrap();
        all.push(account);
    }
    clock.set(in_seconds(2));
    let runners = [&a, &b, &a, &b].map(|accounts| {
        let timers = Timers::new(accounts.clone());
        tokio::spawn(async move { timers.wake_due().await.unwrap() })
    });
    for runner in runners {
        runner.await.unwrap();
    }
    for account in all {
        let (state, version) = a.load(account).await.unwrap();
        assert_eq!((state.rings, version), (1, 2), "woken twice or never");
    }
    assert!(due(a.log(), &clock).await.is_empty());
}

async fn a_timer_fires_when_it_is_due_and_not_before(place: Place) {
    let (a, b, clock, account) = two_runners(&place, Ring::Once).await;
    assert_eq!(wake(&a).await, 0);
    clock.set(in_seconds(1).minus(Duration::from_micros(1)));
    assert_eq!(wake(&b).await, 0);
    clock.set(in_seconds(1));
    let running = tokio::spawn(Timers::new(b.clone()).run());
    while a.load(account).await.unwrap().0.rings == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    running.abort();
    let rang = a.log().read_stream(account, 1, 10).await.unwrap().remove(0);
    assert_eq!(
        (rang.actor.as_str(), rang.channel.as_str(), rang.recorded_at),
        ("timer", "SYSTEM", in_seconds(1))
    );
}

async fn an_outcome_with_a_later_timer_moves_the_row_on(place: Place) {
    let (a, b, clock, account) = two_runners(&place, Ring::AgainAfter(10)).await;
    clock.set(in_seconds(2));
    assert_eq!((wake(&a).await, wake(&b).await), (1, 0));
    clock.set(in_seconds(11));
    assert_eq!(due(a.log(), &clock).await, [(account, in_seconds(11))]);
    assert_eq!((wake(&b).await, wake(&a).await), (1, 0));
    assert_eq!(a.load(account).await.unwrap().0.rings, 2);
}

async fn an_outcome_without_events_clears_the_row(place: Place) {
    let (a, b, clock, account) = two_runners(&place, Ring::Silently).await;
    clock.set(in_seconds(2));
    assert_eq!((wake(&a).await, wake(&b).await, wake(&a).await), (1, 0, 0), "a hot loop");
    assert_eq!(a.load(account).await.unwrap().1, 1);
}

async fn a_refused_wake_clears_the_row(place: Place) {
    let (a, b, clock, account) = two_runners(&place, Ring::Refused).await;
    clock.set(in_seconds(2));
    assert_eq!((wake(&a).await, wake(&b).await, wake(&a).await), (1, 0, 0), "a hot loop");
    assert_eq!(a.load(account).await.unwrap().1, 1);
}

async fn a_timer_set_again_to_an_instant_that_was_answered_does_not_fire_for_ever(place: Place) {
    let (a, b, clock, account) = two_runners(&place, Ring::Silently).await;
    clock.set(in_seconds(2));
    assert_eq!(wake(&a).await, 1);
    // The alarm still stands in the state, so any event writes the past instant into the row again.
    run(&b, account, Command::Credit(1)).await.unwrap();
    assert_eq!(wake(&a).await, 1);
    assert_eq!((wake(&b).await, wake(&a).await), (0, 0), "a hot loop");
}

async fn a_timer_survives_a_restart(place: Place) {
    let (a, b, clock, account) = two_runners(&place, Ring::Once).await;
    for accounts in [a, b] {
        accounts.log().close(later(5000)).await;
    }
    clock.set(in_seconds(2));
    let reopened: Accounts = Aggregates::<Account>::new(place.open_at(clock).await);
    assert_eq!(wake(&reopened).await, 1);
    assert_eq!(reopened.load(account).await.unwrap().0.rings, 1);
}

async fn timers_of_another_kind_are_left_alone(place: Place) {
    let (a, _, clock, _) = two_runners(&place, Ring::Once).await;
    let mut thing = append(id(), 0, 1);
    thing.due = Due::Set(Some(in_seconds(1)));
    a.log().append(thing).await.unwrap();
    clock.set(in_seconds(2));
    assert_eq!((wake(&a).await, wake(&a).await), (1, 0));
    assert_eq!(a.log().due("thing", clock.now(), 10).await.unwrap().len(), 1);
}

async fn a_stream_that_cannot_be_woken_stays_due_and_stops_nobody(place: Place) {
    let (a, _, clock, account) = two_runners(&place, Ring::Once).await;
    let unreadable = id();
    let mut by_hand = append(unreadable, 0, 1);
    (by_hand.kind, by_hand.due) = ("account", Due::Set(Some(noon())));
    a.log().append(by_hand).await.unwrap();
    clock.set(in_seconds(2));
    assert_eq!(wake(&a).await, 2);
    assert_eq!(due(a.log(), &clock).await, [(unreadable, noon())]);
    assert_eq!(a.load(account).await.unwrap().0.rings, 1);
}

async fn a_wake_decided_on_old_state_is_decided_anew(place: Place) {
    let (a, b, clock, account) = two_runners(&place, Ring::Once).await;
    b.load(account).await.unwrap();
    // B's runner has read the row; then A moves the alarm.
    run(&a, account, Command::RingAt(in_seconds(60), Ring::Once)).await.unwrap();
    clock.set(in_seconds(2));
    let wakes = Some(in_seconds(1));
    let late = vigie_eventlog::Order {
        wakes,
        ..crate::support::order(b.log(), account, Command::Wake(in_seconds(1)))
    };
    let outcome = b.execute(late).await.unwrap();
    assert_eq!((outcome.events.len(), outcome.state.rings), (0, 0));
    clock.set(in_seconds(60));
    assert_eq!(due(a.log(), &clock).await, [(account, in_seconds(60))], "the moved alarm is still set");
}
