//! A relay that was frozen and thawed changes nothing any more (rule 19).

use std::sync::Arc;
use std::time::Duration;

use crate::child::Child;
use crate::support::{
    Engine, Place, aside, assert_is_the_log, assert_is_the_state, descents, load, read_all,
};

const ROUNDS: usize = 6;

/// What the frozen one had not sent is older than what its successor published, and nobody publishes after the thaw: if it
/// landed on the state topic, it would stay.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_active_relay_is_frozen_and_thawed_after_takeover_and_the_newest_state_stays() {
    let place = Arc::new(Place::new(Engine::Postgres));
    let log = place.log().await;
    let first = child(&place).await;
    waits_for(&first, "leads", 1).await;
    let second = child(&place).await;
    waits_for(&second, "standby", 1).await;
    for round in 0..ROUNDS {
        let (active, other) = if round % 2 == 0 { (&first, &second) } else { (&second, &first) };
        let (led, stood_by) = (other.times("leads"), active.times("standby"));
        let load = load(&log, &place.name);
        // Somewhere else in the course of a batch each time.
        tokio::time::sleep(Duration::from_millis(300 + 7 * round as u64)).await;
        active.process.stop().unwrap();
        waits_for(other, "leads", led + 1).await;
        load.stop().await;
        place.carried(&log, Duration::from_secs(20)).await;
        active.process.cont().unwrap();
        waits_for(active, "standby", stood_by + 1).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }

    let bootstrap = &place.options.brokers[0];
    let events = read_all(bootstrap, &place.topics.events(), &place.name).await;
    assert_is_the_log(&events, &log).await;
    let state = read_all(bootstrap, &place.state(), &place.name).await;
    assert_is_the_state(&state, &log, &place.name).await;
    println!("{} records of {} events", events.len(), log.head().await.unwrap().position);
    assert!(descents(&state) <= ROUNDS, "{ROUNDS} takeovers, {} times back", descents(&state));
}

async fn child(place: &Arc<Place>) -> Arc<Child> {
    let place = place.clone();
    aside(move || Arc::new(Child::start(&place, |_| {}))).await
}

async fn waits_for(child: &Arc<Child>, what: &'static str, nth: usize) {
    let child = child.clone();
    aside(move || child.wait_for(what, nth)).await;
}
