//! Rule 25: order within a stream is all that the view relies on. Rule 22: two writers never undo each other.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;
use uuid::Uuid;
use vigie_eventlog::{Checkpoint, ReadError, RecordedEvent};
use vigie_progress::{Batch, Error, Feed, Source, ViewError};

use crate::history::history;
use crate::support::{Engine, House, MemoryLog, Partitions, Script, catch_up, on_both_engines, uuid};

async fn ordered(engine: Engine, script: &Script) -> House {
    let house = House::open(engine, Arc::new(MemoryLog::of(&script.events))).await;
    house.catch_up(script.events.len() as i64).await;
    house
}

async fn shuffled_across_twelve_partitions_with_redelivery_gives_the_same_digest(engine: Engine) {
    let script = history(7, 1_500);
    let in_order = ordered(engine, &script).await.digest().await;
    for seed in 0..4 {
        let log = MemoryLog::of(&script.events);
        let house = House::open(engine, Arc::new(Partitions { log, seed })).await;
        house.catch_up(script.events.len() as i64).await;
        assert_eq!(house.digest().await, in_order, "seed {seed}");
    }
}

/// Hands out the first ten events when told to, and then nothing more.
struct SlowFeed {
    log: MemoryLog,
    go: Arc<Notify>,
}

impl SlowFeed {
    fn new(log: MemoryLog) -> (Self, Arc<Notify>) {
        let go = Arc::new(Notify::new());
        (Self { log, go: go.clone() }, go)
    }
}

#[async_trait]
impl Feed for SlowFeed {
    async fn read_after(&self, checkpoint: Checkpoint) -> Result<Box<dyn Source>, ReadError> {
        Ok(Box::new(SlowSource { source: self.log.read_after(checkpoint).await?, go: self.go.clone() }))
    }

    async fn read_stream(
        &self,
        stream_id: Uuid,
        version: i64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, ReadError> {
        self.log.read_stream(stream_id, version, limit).await
    }
}

struct SlowSource {
    source: Box<dyn Source>,
    go: Arc<Notify>,
}

#[async_trait]
impl Source for SlowSource {
    async fn next_batch(&mut self, _max: usize) -> Result<Batch, ReadError> {
        let batch = self.source.next_batch(10).await?;
        self.go.notified().await;
        Ok(batch)
    }
}

async fn two_processes_on_one_view_and_stops_between_give_the_same_digest(engine: Engine) {
    let script = history(8, 3_000);
    let in_order = ordered(engine, &script).await.digest().await;

    let feed = Arc::new(Partitions { log: MemoryLog::of(&script.events), seed: 1 });
    let first = House::open(engine, feed.clone()).await;
    let second = House::open_at(first.location.clone(), feed).await;
    for stop_ms in [3, 7, 20, 30] {
        let stop = tokio::time::sleep(Duration::from_millis(stop_ms));
        first.progress.run(stop).await.unwrap();
    }
    let head = script.events.len() as i64;
    tokio::join!(first.catch_up(head), catch_up(&second, head));
    assert_eq!(first.digest().await, in_order);
}

async fn an_old_owner_cannot_set_the_checkpoint_back(engine: Engine) {
    let script = history(9, 300);
    let log = MemoryLog::of(&script.events);
    let new_owner = House::open(engine, Arc::new(log.clone())).await;
    let (slow, go) = SlowFeed::new(log);
    let old_owner = House::open_at(new_owner.location.clone(), Arc::new(slow)).await;

    // The old owner has read the beginning and hangs; the new one does everything; then the old one wakes.
    let everything_else = async {
        new_owner.catch_up(300).await;
        let before = new_owner.digest().await;
        go.notify_one();
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(new_owner.digest().await, before);
    };
    Box::pin(old_owner.run(everything_else)).await.unwrap();
}

on_both_engines!(
    shuffled_across_twelve_partitions_with_redelivery_gives_the_same_digest,
    two_processes_on_one_view_and_stops_between_give_the_same_digest,
    an_old_owner_cannot_set_the_checkpoint_back,
    a_restored_log_stops_the_view_until_it_starts_over,
);

#[tokio::test]
async fn both_engines_give_the_same_digest() {
    let script = history(10, 1_000);
    let sqlite = ordered(Engine::Sqlite, &script).await.digest().await;
    let postgres = ordered(Engine::Postgres, &script).await.digest().await;
    assert_eq!(sqlite, postgres);
    let another = ordered(Engine::Sqlite, &history(11, 1_000)).await.digest().await;
    assert_ne!(sqlite, another);
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
