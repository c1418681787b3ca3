//! A log in memory, read in twelve interleaved partitions as on Kafka.

use std::collections::BTreeSet;

use async_trait::async_trait;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::Uuid;
use vigie_eventlog::view::{Batch, Feed, Source};
use vigie_eventlog::{Checkpoint, ReadError, RecordedEvent};

use crate::MemoryLog;

const PARTITIONS: u128 = 12;

/// A log as Kafka would carry it: a stream stays in one partition and in order, partitions interleave as they please, and
/// parts of them come again.
///
/// A reader sees what the log holds when it begins to read.
#[derive(Clone, Debug)]
pub struct Partitions {
    /// What is carried.
    pub log: MemoryLog,
    /// The same seed interleaves in the same way.
    pub seed: u64,
}

#[async_trait]
impl Feed for Partitions {
    fn log(&self) -> &str {
        self.log.log()
    }

    async fn read_after(&self, checkpoint: Checkpoint) -> Result<Box<dyn Source>, ReadError> {
        self.log.check(checkpoint)?;
        let events = self.log.events();
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
            // Never more than the reader takes: what it is not given has not been delivered.
            let run = self.rng.random_range(1..=5_usize).min(max - events.len());
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
        while let Some(event) = self.all.get(self.resume.position as usize) {
            if !self.delivered.contains(&event.position) {
                break;
            }
            self.resume = event.checkpoint();
        }
        Ok(Batch { events, resume: self.resume })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{Script, uuid};

    #[tokio::test]
    async fn everything_comes_in_the_order_of_its_stream_and_some_of_it_again() {
        let lines = (0..400).map(|act| (uuid(act % 30), uuid(0xA000 + act)));
        let script = lines.fold(Script::new(), |script, (line, act)| script.suspend(line, act, "LOSS", &[]));
        for max in [1, 3, 512] {
            let feed = Partitions { log: MemoryLog::of(&script.events), seed: 2 };
            let mut source = feed.read_after(Checkpoint::START).await.unwrap();
            let (mut seen, mut again, mut is_in_order) = (BTreeMap::new(), 0, true);
            let (mut resume, mut last) = (Checkpoint::START, 0);
            while resume.position < script.head() {
                let batch = source.next_batch(max).await.unwrap();
                assert!(!batch.events.is_empty() && batch.events.len() <= max);
                for event in batch.events {
                    let version: &mut i64 = seen.entry(event.stream_id).or_default();
                    assert!(event.stream_version <= *version + 1, "none of a stream is left out");
                    again += usize::from(event.stream_version <= *version);
                    *version = event.stream_version.max(*version);
                    is_in_order &= event.position > last;
                    last = event.position;
                }
                resume = batch.resume;
            }
            assert_eq!(seen.values().sum::<i64>(), 400, "all were there before the mark said so");
            assert!(again > 0 && !is_in_order, "{again} came again");
        }
    }
}
