//! A log that is read from elsewhere: by gRPC, from a real server over a real log.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends there")]

mod door;
mod meddler;
mod several;
mod tls;

use std::time::Duration;

use tokio::time::timeout;
use uuid::Uuid;
use vigie_chassis::identity::dev::Grant;
use vigie_chassis::identity::{Role, Scope};
use vigie_eventlog::view::{Feed, Source};
use vigie_eventlog::{Checkpoint, ReadError, RecordedEvent};

use door::{Door, House, auditor};

const SOON: Duration = Duration::from_secs(20);

/// Reads until so many events are there.
async fn read(source: &mut dyn Source, events: usize, max: usize) -> Vec<RecordedEvent> {
    let mut seen: Vec<RecordedEvent> = Vec::new();
    while seen.len() < events {
        let batch = timeout(SOON, source.next_batch(max)).await.expect("events").unwrap();
        assert!(!batch.events.is_empty() && batch.events.len() <= max);
        assert_eq!(batch.resume, batch.events.last().unwrap().checkpoint());
        seen.extend(batch.events);
    }
    seen
}

fn unreachable(error: &ReadError) -> String {
    match error {
        ReadError::Unreachable(why) => why.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_whole_log_comes_in_order_and_new_events_follow() {
    let house = House::open().await;
    let streams = house.append(3, 400).await;
    let door = Door::open(&house).await;
    let feed = door.feed(auditor());
    let mut source = feed.read_after(Checkpoint::START).await.unwrap();
    let seen = read(&mut *source, 1_200, 100).await;
    assert_eq!(seen, house.log.read(0, 2_000).await.unwrap());

    assert!(timeout(Duration::from_millis(300), source.next_batch(10)).await.is_err(), "no more for now");
    house.append(1, 5).await;
    let new = read(&mut *source, 5, 100).await;
    assert_eq!(new, house.log.read(1_200, 10).await.unwrap());

    // From the middle, and of one stream.
    let mut source = feed.read_after(seen[599].checkpoint()).await.unwrap();
    assert_eq!(read(&mut *source, 605, 512).await[0].position, 601);
    let of_stream = feed.read_stream(streams[1], 390, 6).await.unwrap();
    assert_eq!(of_stream, house.log.read_stream(streams[1], 390, 6).await.unwrap());
    assert_eq!(of_stream.len(), 6);
    assert_eq!(feed.read_stream(streams[1], 0, 1_000).await.unwrap().len(), 400);
    assert!(feed.read_stream(Uuid::from_u128(1), 0, 10).await.unwrap().is_empty());
    assert_eq!(feed.head().await.unwrap(), house.log.head().await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_log_has_a_beginning() {
    let house = House::open().await;
    let door = Door::open(&house).await;
    let feed = door.feed(auditor());
    assert_eq!(feed.head().await.unwrap(), Checkpoint::START);
    let mut source = feed.read_after(Checkpoint::START).await.unwrap();
    house.append(1, 1).await;
    assert_eq!(read(&mut *source, 1, 10).await[0].position, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_of_another_past_is_refused_as_in_process() {
    let house = House::open().await;
    house.append(1, 3).await;
    let door = Door::open(&house).await;
    let feed = door.feed(auditor());
    let head = house.log.head().await.unwrap();
    for other in
        [Checkpoint { incarnation: head.incarnation + 1, ..head }, Checkpoint { position: 9, ..head }]
    {
        let refused = feed.read_after(other).await.err().unwrap();
        assert!(
            matches!(refused, ReadError::CheckpointRefused { position, head: 3, .. } if position == other.position),
            "{refused:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_dies_is_unreachable_and_found_again_where_it_was() {
    let house = House::open().await;
    house.append(1, 3).await;
    let door = Door::open(&house).await;
    let feed = door.feed(auditor());
    let mut source = feed.read_after(Checkpoint::START).await.unwrap();
    let seen = read(&mut *source, 3, 10).await;

    let address = door.close().await;
    let lost = timeout(SOON, source.next_batch(10)).await.expect("it is noticed").unwrap_err();
    unreachable(&lost);
    let why = unreachable(&feed.read_after(seen[2].checkpoint()).await.err().unwrap());
    assert!(why.contains("UNAVAILABLE"), "{why}");
    unreachable(&feed.head().await.unwrap_err());

    house.append(1, 2).await;
    let _door = Door::open_at(&house, address).await;
    let mut source = loop {
        match feed.read_after(seen[2].checkpoint()).await {
            Ok(source) => break source,
            Err(error) => drop(unreachable(&error)),
        }
    };
    assert_eq!(read(&mut *source, 2, 10).await, house.log.read(3, 10).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_does_not_suffice_is_named() {
    let house = House::open().await;
    house.append(1, 1).await;
    let door = Door::open(&house).await;
    let account = || Scope::account(Uuid::from_u128(7));
    for (grant, reason) in [
        (Some(auditor().scope(account())), "SCOPE_TOO_NARROW"),
        (Some(Grant::new("view", &[Role::Operator]).scope(account())), "SCOPE_TOO_NARROW"),
        (Some(Grant::new("view", &[Role::Integration])), "PERMISSION_DENIED"),
        (Some(Grant { audience: "billing".into(), ..auditor() }), "WRONG_AUDIENCE"),
        (None, "UNAUTHENTICATED"),
    ] {
        let feed = grant.map_or_else(|| door.feed_without_token(), |grant| door.feed(grant));
        let why = unreachable(&feed.read_after(Checkpoint::START).await.err().unwrap());
        assert!(why.starts_with(reason), "{why}");
        let why = unreachable(&feed.read_stream(Uuid::from_u128(1), 0, 1).await.unwrap_err());
        assert!(why.starts_with(reason), "{why}");
    }
}
