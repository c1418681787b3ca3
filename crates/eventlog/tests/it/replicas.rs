//! Rules 1 and 2 with two replicas on one log.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;
use vigie_eventlog::{AppendError, Checkpoint, EventLog};

use crate::support::{Engine, Place, append, assert_dense_and_chained, id};

const WRITERS: usize = 32;

/// `VIGIE_TEST_EVENTS`, or what takes a few seconds in a debug build.
fn events_wanted() -> usize {
    std::env::var("VIGIE_TEST_EVENTS").map_or(100_000, |text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_of_32_writers_lose_nothing_and_neither_starves_while_a_reader_tails() {
    let place = Place::new(Engine::Postgres);
    let (wanted, issued) = (events_wanted(), Arc::new(AtomicUsize::new(0)));
    let replicas = [place.open().await, place.open().await];
    let reader = tokio::spawn(tail(place.open().await, wanted));
    let started = Instant::now();
    let mut writers = Vec::new();
    for (replica, log) in replicas.iter().enumerate() {
        for _ in 0..WRITERS {
            let (log, issued) = (log.clone(), issued.clone());
            writers.push(tokio::spawn(async move { (replica, write(log, &issued, wanted).await) }));
        }
    }
    let mut acknowledged = BTreeMap::new();
    let mut instants = [Vec::new(), Vec::new()];
    for writer in writers {
        let (replica, answers) = writer.await.unwrap();
        for (position, event_id, at) in answers {
            assert!(acknowledged.insert(position, event_id).is_none(), "{position} was acknowledged twice");
            instants[replica].push(at);
        }
    }
    let took = started.elapsed();
    assert_eq!(acknowledged.len(), wanted);
    assert!(acknowledged.keys().copied().eq(1..=i64::try_from(wanted).unwrap()), "positions are dense");
    let seen = tokio::time::timeout(Duration::from_secs(10), reader).await.expect("the reader lags").unwrap();
    assert!(seen.into_iter().eq(acknowledged), "the reader saw what was acknowledged, in order");

    for (replica, mut instants) in instants.into_iter().enumerate() {
        let share = instants.len() * 100 / wanted;
        instants.sort();
        let silence = instants.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
        println!("replica {replica}: {share} %, longest silence {silence:?}, {wanted} events in {took:?}");
        assert!(share >= 20, "replica {replica} wrote only {share} %");
        assert!(silence < Duration::from_secs(2), "replica {replica} was silent for {silence:?}");
    }
    assert_dense_and_chained(&place.database().await).await;
}

async fn write(log: EventLog, issued: &AtomicUsize, wanted: usize) -> Vec<(i64, Uuid, Instant)> {
    let stream = id();
    let mut acknowledged = Vec::new();
    for version in 0.. {
        if issued.fetch_add(1, Ordering::Relaxed) >= wanted {
            break;
        }
        let appended = log.append(append(stream, version, 1)).await.unwrap();
        assert_eq!(appended.version, version + 1);
        acknowledged.push((appended.events[0].position, appended.events[0].event_id, Instant::now()));
    }
    acknowledged
}

async fn tail(log: EventLog, wanted: usize) -> Vec<(i64, Uuid)> {
    let mut subscription = log.subscribe(Checkpoint::START);
    let mut seen = Vec::with_capacity(wanted);
    while seen.len() < wanted {
        let events = subscription.next_batch(1000).await.unwrap();
        seen.extend(events.iter().map(|event| (event.position, event.event_id)));
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_the_other_replica_wrote_meanwhile_is_a_conflict_also_in_the_first_batch_after_it() {
    let place = Place::new(Engine::Postgres);
    let (a, b) = (place.open().await, place.open().await);
    let stream = id();
    a.append(append(stream, 0, 1)).await.unwrap();
    for round in 0..20 {
        let version = 1 + round;
        b.append(append(stream, version, 1)).await.unwrap();
        let refused = a.append(append(stream, version, 1)).await.unwrap_err();
        assert!(matches!(refused, AppendError::VersionConflict { .. }), "{refused}");
    }
    assert_eq!(assert_dense_and_chained(&place.database().await).await, 21);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_replicas_that_append_to_one_stream_at_once_one_wins_each_version() {
    let place = Place::new(Engine::Postgres);
    let (a, b) = (place.open().await, place.open().await);
    let stream = id();
    for version in 0..100 {
        let (first, second) = tokio::join!(
            tokio::spawn({
                let a = a.clone();
                async move { a.append(append(stream, version, 1)).await }
            }),
            tokio::spawn({
                let b = b.clone();
                async move { b.append(append(stream, version, 1)).await }
            }),
        );
        let results = [first.unwrap(), second.unwrap()];
        let won = results.iter().filter(|result| result.is_ok()).count();
        assert_eq!(won, 1, "{results:?}");
        let lost = results.into_iter().find_map(Result::err).unwrap();
        assert!(matches!(lost, AppendError::VersionConflict { .. }), "{lost}");
    }
}
