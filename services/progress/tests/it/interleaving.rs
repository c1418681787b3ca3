//! Rule 25: order within a stream is all that the view relies on. Rule 22: two writers never undo each other.

use std::sync::Arc;
use std::time::Duration;

use vigie_eventlog::ReadError;
use vigie_progress::{Error, ViewError};
use vigie_viewkit::{Engine, MemoryLog, Script, cases, on_both_engines, uuid};

use crate::history::history;
use crate::support::{House, ProgressView};

async fn shuffled_across_twelve_partitions_with_redelivery_gives_the_same_digest(engine: Engine) {
    cases::shuffled_gives_the_same_digest::<ProgressView>(engine, &history(7, 1_500)).await;
}

async fn two_processes_on_one_view_and_stops_between_give_the_same_digest(engine: Engine) {
    cases::two_processes_give_the_same_digest::<ProgressView>(engine, &history(8, 3_000)).await;
}

async fn an_old_owner_cannot_set_the_checkpoint_back(engine: Engine) {
    cases::an_old_owner_cannot_set_the_checkpoint_back::<ProgressView>(engine, &history(9, 300)).await;
}

on_both_engines!(
    shuffled_across_twelve_partitions_with_redelivery_gives_the_same_digest,
    two_processes_on_one_view_and_stops_between_give_the_same_digest,
    an_old_owner_cannot_set_the_checkpoint_back,
    a_restored_log_stops_the_view_until_it_starts_over,
);

#[tokio::test]
async fn both_engines_give_the_same_digest() {
    let (script, another) = (history(10, 1_000), history(11, 1_000));
    cases::both_engines_give_the_same_digest::<ProgressView>(&script, &another).await;
}

#[tokio::test]
async fn a_lost_version_of_a_stream_stops_the_view_loudly() {
    let mut script = Script::new().suspend(uuid(1), uuid(10), "LOSS", &[]).barred(uuid(1), &[uuid(10)]);
    script.events[1].stream_version = 3;
    let house = House::open(Engine::Sqlite, Arc::new(MemoryLog::of(&script.events))).await;
    let stopped = house.progress.run(tokio::time::sleep(Duration::from_secs(10))).await;
    let Err(Error::View(ViewError::Gap(gap))) = stopped else { panic!("{stopped:?}") };
    assert_eq!((gap.expected, gap.found), (2, 3));
    assert_eq!(house.entries(uuid(1)).await.len(), 0, "nothing of the batch is in");
}

async fn a_restored_log_stops_the_view_until_it_starts_over(engine: Engine) {
    let kept = Script::new().suspend(uuid(1), uuid(10), "LOSS", &[]);
    let lost = kept.clone().suspend(uuid(2), uuid(20), "LOSS", &[]).barred(uuid(2), &[uuid(20)]);
    let log = MemoryLog::of(&lost.events);
    let house = House::open(engine, Arc::new(log.clone())).await;
    house.catch_up(3).await;

    let restored = kept
        .incarnation(2)
        .barred(uuid(1), &[uuid(10)])
        .suspend(uuid(3), uuid(30), "THEFT", &[])
        .barred(uuid(3), &[uuid(30)]);
    log.replace(&restored.events);
    let stopped = house.progress.run(tokio::time::sleep(Duration::from_secs(10))).await;
    assert!(matches!(stopped, Err(Error::Log(ReadError::CheckpointRefused { .. }))), "{stopped:?}");
    let rebuilt = house.progress.rebuild(|_| ()).await;
    assert!(matches!(rebuilt, Err(Error::Log(ReadError::CheckpointRefused { .. }))), "{rebuilt:?}");

    house.progress.start_over().await.unwrap();
    house.catch_up(4).await;
    let fresh = House::open(Engine::Sqlite, Arc::new(log)).await;
    fresh.catch_up(4).await;
    assert_eq!(house.digest().await, fresh.digest().await);
    assert_eq!(house.entries(uuid(2)).await, []);
    assert_eq!(house.entries(uuid(1)).await.len(), 2);
}
