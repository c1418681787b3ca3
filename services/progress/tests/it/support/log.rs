//! Logs in memory: in total order as in process, and in twelve interleaved partitions as on Kafka.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;
use vigie_eventlog::{Checkpoint, ReadError, RecordedEvent};
use vigie_progress::{Batch, Feed, Source};

const PARTITIONS: u128 = 12;

/// A log in memory. Its content can be replaced, as by a restore.
#[derive(Clone, Default)]
pub(crate) struct MemoryLog(Arc<Mutex<Vec<RecordedEvent>>>);

impl MemoryLog {
    pub(crate) fn of(events: &[RecordedEvent]) -> Self {
        Self(Arc::new(Mutex::new(events.to_vec())))
    }

    pub(crate) fn replace(&self, events: &[RecordedEvent]) {
        *self.0.lock().unwrap() = events.to_vec();
    }

    fn head(&self) -> i64 {
        self.0.lock().unwrap().len() as i64
    }

    fn check(&self, checkpoint: Checkpoint) -> Result<(), ReadError> {
        let events = self.0.lock().unwrap();
        let known =
            checkpoint == Checkpoint::START || events.iter().any(|event| event.checkpoint() == checkpoint);
        if known {
            return Ok(());
        }
        let Checkpoint { position, incarnation, .. } = checkpoint;
        Err(ReadError::CheckpointRefused { position, incarnation, head: events.len() as i64 })
    }
}

#[async_trait]
impl Feed for MemoryLog {
    async fn read_after(&self, checkpoint: Checkpoint) -> Result<Box<dyn Source>, ReadError> {
        self.check(checkpoint)?;
        Ok(Box::new(Ordered { log: self.clone(), after: checkpoint }))
    }

    async fn read_stream(
        &self,
        stream_id: Uuid,
        version: i64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, ReadError> {
        let events = self.0.lock().unwrap();
        let of_stream = events.iter().filter(|event| event.stream_id == stream_id);
        Ok(of_stream.filter(|event| event.stream_version > version).take(limit).cloned().collect())
    }
}

struct Ordered {
    log: MemoryLog,
    after: Checkpoint,
}

#[async_trait]
impl Source for Ordered {
    async fn next_batch(&mut self, max: usize) -> Result<Batch, ReadError> {
        while self.log.head() <= self.after.position {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
        self.log.check(self.after)?;
        let from = self.after.position as usize;
        let events: Vec<_> = self.log.0.lock().unwrap().iter().skip(from).take(max).cloned().collect();
        self.after = events.last().unwrap().checkpoint();
        Ok(Batch { events, resume: self.after })
    }
}

/// The same log as Kafka would carry it: a stream stays in one partition and in order, partitions interleave as they
/// please, and parts of them come again.
#[derive(Clone)]
pub(crate) struct Partitions {
    pub(crate) log: MemoryLog,
    pub(crate) seed: u64,
}

#[async_trait]
impl Feed for Partitions {
    async fn read_after(&self, checkpoint: Checkpoint) -> Result<Box<dyn Source>, ReadError> {
        self.log.check(checkpoint)?;
        let events = self.log.0.lock().unwrap().clone();
        let mut partitions = vec![Vec::new(); PARTITIONS as usize];
        for event in events.iter().filter(|event| event.position > checkpoint.position) {
            partitions[(event.stream_id.as_u128() % PARTITIONS) as usize].push(event.clone());
        }
        Ok(Box::new(Interleaved {
            all: events,
            next: vec![0; PARTITIONS as usize],
            partitions,
            delivered: BTreeSet::new(),
            resume: checkpoint,
            rng: StdRng::seed_from_u64(self.seed),
            redeliveries_left: 200,
        }))
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

struct Interleaved {
    all: Vec<RecordedEvent>,
    partitions: Vec<Vec<RecordedEvent>>,
    next: Vec<usize>,
    delivered: BTreeSet<i64>,
    resume: Checkpoint,
    rng: StdRng,
    redeliveries_left: u32,
}

#[async_trait]
impl Source for Interleaved {
    async fn next_batch(&mut self, max: usize) -> Result<Batch, ReadError> {
        let size = self.rng.random_range(1..=max.min(40));
        let mut events = Vec::new();
        while events.len() < size {
            let waiting: Vec<_> =
                (0..self.partitions.len()).filter(|p| self.next[*p] < self.partitions[*p].len()).collect();
            if waiting.is_empty() {
                break;
            }
            let partition = waiting[self.rng.random_range(0..waiting.len())];
            let run = self.rng.random_range(1..=5_usize);
            for event in self.partitions[partition].iter().skip(self.next[partition]).take(run) {
                events.push(event.clone());
                self.delivered.insert(event.position);
            }
            self.next[partition] = (self.next[partition] + run).min(self.partitions[partition].len());
            if self.redeliveries_left > 0 && self.rng.random_bool(0.2) {
                self.redeliveries_left -= 1;
                self.next[partition] -= self.rng.random_range(0..=self.next[partition].min(9));
            }
        }
        if events.is_empty() {
            std::future::pending::<()>().await;
        }
        events.truncate(max);
        while let Some(event) = self.all.get(self.resume.position as usize) {
            if !self.delivered.contains(&event.position) {
                break;
            }
            self.resume = event.checkpoint();
        }
        Ok(Batch { events, resume: self.resume })
    }
}
