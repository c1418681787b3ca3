//! SIGKILL between the transaction on Kafka and the cursor.

use std::time::Duration;

use vigie_testkit::arm_kill_point;

use crate::child::Child;
use crate::support::{Engine, Place, appended, aside, assert_is_the_log, descents, later, read_all};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_commit_and_cursor_it_repeats_and_neither_loses_nor_reorders() {
    let place = std::sync::Arc::new(Place::new(Engine::Postgres));
    let log = place.log().await;
    appended(&log, &place.name, 10, 5).await;
    let dying = place.clone();
    aside(move || {
        let child = Child::start(&dying, |command| arm_kill_point(command, "relay.after_produce"));
        child.process.kill_at("relay.after_produce", Duration::from_secs(30)).unwrap();
    })
    .await;
    let cursor = place.cursor().await.read().await.unwrap().unwrap();
    assert_eq!(cursor.position, 0, "the cursor had not moved");
    let bootstrap = place.options.brokers[0].clone();
    let first = read_all(&bootstrap, &place.topics.events(), &place.name).await;
    assert!(!first.is_empty(), "the batch is on Kafka");

    appended(&log, &place.name, 10, 5).await;
    let relay = place.relay(&log).await;
    place.carried(&log, Duration::from_secs(20)).await;
    let events = read_all(&bootstrap, &place.topics.events(), &place.name).await;
    assert_is_the_log(&events, &log).await;
    assert_eq!((events.len(), descents(&events)), (100 + first.len(), 1), "the batch came twice, in order");
    relay.shutdown(later(5)).await;
}
