//! Where events come from: the seam between a view and a log.

use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

use crate::event::{Checkpoint, RecordedEvent};
use crate::log::{EventLog, ReadError};
use crate::subscription::Subscription;

/// Events, and where to go on once they are taken in.
#[derive(Clone, Debug)]
pub struct Batch {
    /// In order within each stream; may repeat what came before.
    pub events: Vec<RecordedEvent>,
    /// Everything up to here came in this batch or before it. Read from one log: the last event's checkpoint;
    /// from interleaved partitions: the low-water mark.
    pub resume: Checkpoint,
}

/// A reader of a log, standing somewhere in it.
#[async_trait]
pub trait Source: Send {
    /// The next events, at least one and at most `max`; waits until there are some, and may be dropped meanwhile.
    ///
    /// In order within each stream. Between streams any order will do, and repeats are allowed, as long as
    /// [`Batch::resume`] says from where nothing would be missed (rule 25).
    async fn next_batch(&mut self, max: usize) -> Result<Batch, ReadError>;
}

/// A log that can be read from any position in it.
#[async_trait]
pub trait Feed: Send + Sync + 'static {
    /// The log's name: `lines`.
    fn log(&self) -> &str;

    /// A reader that stands after `checkpoint`; refused at once if the log's past is another.
    async fn read_after(&self, checkpoint: Checkpoint) -> Result<Box<dyn Source>, ReadError>;

    /// At most `limit` events of a stream after `version`, in order.
    async fn read_stream(
        &self,
        stream_id: Uuid,
        version: i64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, ReadError>;
}

/// After the end of the log was reached, what comes is gathered for so long: one transaction for many events. A view that
/// reads the log in process shares its database with the commands that somebody waits for.
const GATHER: Duration = Duration::from_millis(20);

/// A log in process.
struct InProcess {
    log: Subscription,
    is_at_end: bool,
}

#[async_trait]
impl Source for InProcess {
    async fn next_batch(&mut self, max: usize) -> Result<Batch, ReadError> {
        if self.is_at_end {
            tokio::time::sleep(GATHER).await;
            self.is_at_end = false;
        }
        let events = self.log.next_batch(max).await?;
        self.is_at_end = events.len() < max;
        Ok(Batch { events, resume: self.log.checkpoint() })
    }
}

#[async_trait]
impl Feed for EventLog {
    fn log(&self) -> &str {
        self.name()
    }

    async fn read_after(&self, checkpoint: Checkpoint) -> Result<Box<dyn Source>, ReadError> {
        self.check(&checkpoint).await?;
        Ok(Box::new(InProcess { log: self.subscribe(checkpoint), is_at_end: false }))
    }

    async fn read_stream(
        &self,
        stream_id: Uuid,
        version: i64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, ReadError> {
        Self::read_stream(self, stream_id, version, limit).await
    }
}
