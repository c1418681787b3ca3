//! Kafka dies or stands still under load, for longer than the delivery timeout (rule 20).

use std::sync::Arc;
use std::time::Duration;

use vigie_bus::kafka::State;
use vigie_testkit::Kafka;

use crate::support::{
    Engine, Place, aside, assert_is_the_log, assert_is_the_state, later, leads, load, read_all, state,
};

const WAITS: fn(&State) -> bool = |state| matches!(state, State::Waiting { .. });

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_and_frozen_under_load_no_append_fails_and_everything_arrives_in_order() {
    let kafka = Arc::new(aside(|| Kafka::start().unwrap()).await);
    let mut place = Place::on(Engine::Postgres, &kafka);
    place.options.delivery_timeout_ms = 1_000;
    let log = place.log().await;
    let relay = place.relay(&log).await;
    leads(&relay).await;
    let load = load(&log, &place.name);
    tokio::time::sleep(Duration::from_millis(500)).await;

    let broker = kafka.clone();
    aside(move || broker.freeze().unwrap()).await;
    state(&relay, "waiting", WAITS).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let broker = kafka.clone();
    aside(move || broker.thaw().unwrap()).await;
    leads(&relay).await;
    place.carried(&log, Duration::from_secs(20)).await;

    let broker = kafka.clone();
    aside(move || broker.kill().unwrap()).await;
    state(&relay, "waiting", WAITS).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    let broker = kafka.clone();
    aside(move || broker.restart().unwrap()).await;
    leads(&relay).await;
    let slowest = load.stop().await;
    place.carried(&log, Duration::from_secs(30)).await;

    let bootstrap = &place.options.brokers[0];
    let events = read_all(bootstrap, &place.topics.events(), &place.name).await;
    assert_is_the_log(&events, &log).await;
    let state = read_all(bootstrap, &place.state(), &place.name).await;
    assert_is_the_state(&state, &log, &place.name).await;
    println!("slowest append {slowest:?}");
    assert!(slowest < Duration::from_secs(1), "{slowest:?}: appends do not wait for Kafka");
    relay.shutdown(later(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_starts_before_its_broker_and_stops_without_it() {
    let kafka = Arc::new(aside(|| Kafka::start().unwrap()).await);
    let mut place = Place::on(Engine::Sqlite, &kafka);
    place.options.delivery_timeout_ms = 500;
    let broker = kafka.clone();
    aside(move || broker.kill().unwrap()).await;
    let log = place.log().await;
    let relay = place.relay(&log).await;
    let State::Waiting { why } = state(&relay, "waiting", WAITS).await else { unreachable!() };
    assert!(why.starts_with("Kafka did not"), "{why}");
    crate::support::appended(&log, &place.name, 2, 2).await;
    relay.shutdown(later(2)).await;

    let relay = place.relay(&log).await;
    let broker = kafka.clone();
    aside(move || broker.restart().unwrap()).await;
    leads(&relay).await;
    place.carried(&log, Duration::from_secs(20)).await;
    relay.shutdown(later(5)).await;
}
