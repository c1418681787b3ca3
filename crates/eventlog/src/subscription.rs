//! A reader that follows the log.

use std::time::Duration;

use crate::event::{Checkpoint, RecordedEvent};
use crate::log::{EventLog, ReadError};

/// How often a reader looks for events of other processes; those of its own process wake it at once.
const POLL: Duration = Duration::from_millis(100);

/// Idle polls between two looks at whether the log's past is still the reader's.
const POLLS_BETWEEN_CHECKS: u32 = 20;

/// Events after a checkpoint, in order, without a gap.
pub struct Subscription {
    log: EventLog,
    after: Checkpoint,
    checked: bool,
    idle_polls: u32,
}

impl Subscription {
    pub(crate) fn new(log: EventLog, after: Checkpoint) -> Self {
        Self { log, after, checked: false, idle_polls: 0 }
    }

    /// Where the reader stands.
    pub fn checkpoint(&self) -> Checkpoint {
        self.after
    }

    /// Waits for events and answers at most `max` of them, at least one.
    ///
    /// Safe to drop while it waits. Refuses, also later on, a log whose past is another than the reader's: the
    /// first event of each batch must continue the reader's own chain.
    pub async fn next_batch(&mut self, max: usize) -> Result<Vec<RecordedEvent>, ReadError> {
        loop {
            if let Some(events) = self.poll_batch(max).await? {
                return Ok(events);
            }
            let mut published = self.log.0.published.clone();
            if published.borrow_and_update().position > self.after.position {
                continue;
            }
            tokio::select! {
                changed = published.changed() => {
                    if changed.is_err() {
                        // The writer is gone; others may still write.
                        tokio::time::sleep(POLL).await;
                    }
                }
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }

    /// Events that are there now, at most `max`; `None` at the end of the log.
    pub async fn poll_batch(&mut self, max: usize) -> Result<Option<Vec<RecordedEvent>>, ReadError> {
        if !self.checked {
            self.log.check(&self.after).await?;
            self.checked = true;
        }
        let max = max.max(1);
        let mut events = self.log.0.tail.after(self.after.position, max);
        if events.is_empty() {
            events = self.log.read(self.after.position, max).await?;
        }
        let Some((first, last)) = events.first().zip(events.last()) else {
            self.idle_polls += 1;
            if self.idle_polls >= POLLS_BETWEEN_CHECKS {
                self.idle_polls = 0;
                self.log.check(&self.after).await?;
            }
            return Ok(None);
        };
        if first.chained(&self.after.hash) != first.hash {
            self.log.check(&self.after).await?;
            // The past is ours, so the event itself is not what was written.
            return Err(ReadError::Gap { expected: self.after.position + 1, found: first.position });
        }
        self.idle_polls = 0;
        self.after = last.checkpoint();
        Ok(Some(events))
    }
}
