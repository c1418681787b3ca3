//! A log in memory, read in total order as in process.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;
use vigie_eventlog::view::{Batch, Feed, Source};
use vigie_eventlog::{Checkpoint, ReadError, RecordedEvent};

/// A log in memory. Its content can be replaced: by more, or by another past as a restore does. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct MemoryLog(Arc<Mutex<Vec<RecordedEvent>>>);

impl MemoryLog {
    /// A log that holds `events`, whose positions begin at 1.
    pub fn of(events: &[RecordedEvent]) -> Self {
        Self(Arc::new(Mutex::new(events.to_vec())))
    }

    /// From now on it holds `events`.
    pub fn replace(&self, events: &[RecordedEvent]) {
        *self.0.lock().unwrap() = events.to_vec();
    }

    pub(crate) fn events(&self) -> Vec<RecordedEvent> {
        self.0.lock().unwrap().clone()
    }

    fn head(&self) -> i64 {
        self.0.lock().unwrap().len() as i64
    }

    pub(crate) fn check(&self, checkpoint: Checkpoint) -> Result<(), ReadError> {
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
    fn log(&self) -> &str {
        "lines"
    }

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
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        self.log.check(self.after)?;
        let from = self.after.position as usize;
        let events: Vec<_> = self.log.0.lock().unwrap().iter().skip(from).take(max).cloned().collect();
        self.after = events.last().unwrap().checkpoint();
        Ok(Batch { events, resume: self.after })
    }
}
