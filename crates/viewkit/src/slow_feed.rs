//! A reader that hangs.

use std::sync::Arc;

use async_trait::async_trait;
use tokio::sync::Notify;
use uuid::Uuid;
use vigie_eventlog::view::{Batch, Feed, Source};
use vigie_eventlog::{Checkpoint, ReadError, RecordedEvent};

use crate::MemoryLog;

/// Reads ten events and hands them out when told to, each time.
#[derive(Debug)]
pub struct SlowFeed {
    log: MemoryLog,
    go: Arc<Notify>,
}

impl SlowFeed {
    /// The feed, and what tells it to go on.
    pub fn new(log: MemoryLog) -> (Self, Arc<Notify>) {
        let go = Arc::new(Notify::new());
        (Self { log, go: go.clone() }, go)
    }
}

#[async_trait]
impl Feed for SlowFeed {
    fn log(&self) -> &str {
        self.log.log()
    }

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
