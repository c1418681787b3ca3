//! Two replicas of a service: one carries, the other one takes over.

use std::time::Duration;

use vigie_bus::kafka::{Relay, State, open_database};
use vigie_eventlog::Location;
use vigie_testkit::Proxy;

use crate::support::{
    Engine, Place, appended, assert_is_the_log, assert_is_the_state, descents, later, leads, load, read_all,
    state,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_carries_and_the_other_takes_over_at_once_postgres() {
    one_carries_and_the_other_takes_over_at_once(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_carries_and_the_other_takes_over_at_once_sqlite() {
    one_carries_and_the_other_takes_over_at_once(Engine::Sqlite).await;
}

async fn one_carries_and_the_other_takes_over_at_once(engine: Engine) {
    let place = Place::new(engine);
    let log = place.log().await;
    let other_log = match engine {
        Engine::Postgres => place.log().await,
        // One process has the file.
        Engine::Sqlite => log.clone(),
    };
    let first = place.relay(&log).await;
    leads(&first).await;
    let second = place.relay(&other_log).await;
    state(&second, "standby", |state| *state == State::Standby).await;
    appended(&log, &place.name, 5, 5).await;
    place.carried(&log, Duration::from_secs(20)).await;

    first.shutdown(later(5)).await;
    assert_eq!(leads(&second).await, 2);
    appended(&log, &place.name, 5, 5).await;
    place.carried(&log, Duration::from_secs(20)).await;
    let events = read_all(&place.options.brokers[0], &place.topics.events(), &place.name).await;
    assert_is_the_log(&events, &log).await;
    assert_eq!((events.len(), descents(&events)), (50, 0));
    second.shutdown(later(5)).await;
}

/// The first one's batch is on Kafka, and it waits for the cursor to move: the second one publishes the batch again and
/// goes on. When the first one comes back, it must neither move the cursor nor publish.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_cut_off_between_commit_and_cursor_moves_no_cursor() {
    let place = Place::new(Engine::Postgres);
    let log = place.log().await;
    let Location::Postgres { url, schema } = &place.location else { panic!("on PostgreSQL") };
    let (before, rest) = url.split_once('@').unwrap();
    let (server, after) = rest.split_once('/').unwrap();
    let proxy = Proxy::start(server.parse().unwrap()).unwrap();
    let behind =
        Location::Postgres { url: format!("{before}@{}/{after}", proxy.address()), schema: schema.clone() };
    place.database().await.close().await;
    let database = open_database(behind, None).await.unwrap();
    let first = Relay::start(place.options.clone(), place.topics.clone(), log.clone(), database).unwrap();
    leads(&first).await;
    let load = load(&log, &place.name);
    tokio::time::sleep(Duration::from_millis(300)).await;
    proxy.black_hole();

    let second = place.relay(&log).await;
    let epoch = leads(&second).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    proxy.heal();
    state(&first, "standby", |state| *state == State::Standby).await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    load.stop().await;
    place.carried(&log, Duration::from_secs(20)).await;
    assert_eq!(second.state(), State::Leading { epoch }, "it was not disturbed");

    let bootstrap = &place.options.brokers[0];
    let events = read_all(bootstrap, &place.topics.events(), &place.name).await;
    assert_is_the_log(&events, &log).await;
    let state = read_all(bootstrap, &place.state(), &place.name).await;
    assert_is_the_state(&state, &log, &place.name).await;
    assert!(descents(&state) <= 1, "one takeover, {} times back", descents(&state));
    first.shutdown(later(5)).await;
    second.shutdown(later(5)).await;
}
