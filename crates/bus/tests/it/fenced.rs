//! A relay that was frozen and thawed changes nothing any more (rule 19).

use std::collections::BTreeMap;
use std::time::Duration;

use crate::child::Child;
use crate::support::{Engine, Place, aside, assert_is_the_log, descents, load, read_all};

const ROUNDS: usize = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_active_relay_is_frozen_and_thawed_after_takeover_and_the_newest_state_stays() {
    let place = Place::new(Engine::Postgres);
    let log = place.log().await;
    let load = load(&log, &place.name);
    let place = std::sync::Arc::new(place);
    let children = {
        let place = place.clone();
        aside(move || {
            let first = Child::start(&place, |_| {});
            first.wait_for("leads", 1);
            let second = Child::start(&place, |_| {});
            second.wait_for("standby", 1);
            [first, second]
        })
        .await
    };
    let children = aside(move || {
        for round in 0..ROUNDS {
            let (active, other) = (&children[round % 2], &children[(round + 1) % 2]);
            let (led, stood_by) = (other.times("leads"), active.times("standby"));
            // Somewhere else in the course of a batch each time.
            std::thread::sleep(Duration::from_millis(300 + 7 * round as u64));
            active.process.stop().unwrap();
            other.wait_for("leads", led + 1);
            std::thread::sleep(Duration::from_millis(500));
            active.process.cont().unwrap();
            active.wait_for("standby", stood_by + 1);
        }
        children
    })
    .await;
    load.stop().await;
    place.carried(&log, Duration::from_secs(20)).await;
    drop(children);

    let bootstrap = &place.options.brokers[0];
    let events = read_all(bootstrap, &place.topics.events(), &place.name).await;
    assert_is_the_log(&events, &log).await;
    let state = read_all(bootstrap, &place.topics.state(), &place.name).await;
    assert_is_the_log(&state, &log).await;
    println!("{} events, {} records", log.head().await.unwrap().position, events.len());
    for seen in [&events, &state] {
        assert!(descents(seen) <= ROUNDS, "{} takeovers, {} times back", ROUNDS, descents(seen));
    }
    let newest: BTreeMap<_, _> = state.iter().map(|seen| (seen.event.stream_id, &seen.event)).collect();
    for (stream, newest) in newest {
        let (version, _) = log.confirm(stream, None).await.unwrap();
        assert_eq!(newest.stream_version, version);
    }
}
