//! A log cut into batches that fit into a transaction.

use std::collections::VecDeque;

use vigie_eventlog::{Checkpoint, ReadError, RecordedEvent, Subscription};

/// Bytes that a record's headers take beside the event's own texts, roughly.
const HEADERS_BYTES: usize = 900;

/// Events that go to Kafka together.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) events: Vec<RecordedEvent>,
    /// Where the relay stands once they are there.
    pub(super) end: Checkpoint,
}

/// A log from a checkpoint on, in batches.
pub(super) struct Batches {
    subscription: Subscription,
    read: VecDeque<RecordedEvent>,
    events_max: usize,
    bytes_max: usize,
}

impl Batches {
    pub(super) fn new(subscription: Subscription, events_max: usize, bytes_max: usize) -> Self {
        Self { subscription, read: VecDeque::new(), events_max, bytes_max }
    }

    /// The next batch; waits until there is one. May be dropped while it waits.
    pub(super) async fn next(&mut self) -> Result<Batch, ReadError> {
        loop {
            if self.read.is_empty() {
                self.read = self.subscription.next_batch(self.events_max).await?.into();
            }
            if let Some(batch) = cut(&mut self.read, self.bytes_max) {
                return Ok(batch);
            }
        }
    }
}

/// As many events as fit, at least one.
fn cut(read: &mut VecDeque<RecordedEvent>, bytes_max: usize) -> Option<Batch> {
    let mut bytes = 0;
    let fits = |event: &&RecordedEvent| {
        bytes += event.payload.len() + HEADERS_BYTES;
        bytes <= bytes_max
    };
    let count = read.iter().take_while(fits).count().max(1).min(read.len());
    let events: Vec<_> = read.drain(..count).collect();
    let end = events.last()?.checkpoint();
    Some(Batch { events, end })
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::kafka) fn events(positions: std::ops::Range<i64>) -> Vec<RecordedEvent> {
        let event = |position| RecordedEvent {
            position,
            event_id: uuid::Uuid::nil(),
            shard: 0,
            incarnation: 1,
            stream_id: uuid::Uuid::nil(),
            stream_version: position,
            event_type: String::new(),
            account_id: uuid::Uuid::nil(),
            recorded_at: vigie_clock::Timestamp::default(),
            occurred_at: vigie_clock::Timestamp::default(),
            actor: String::new(),
            on_behalf_of: None,
            channel: String::new(),
            request_id: None,
            act_id: None,
            traceparent: None,
            payload: vec![0; 100],
            hash: vigie_eventlog::Hash::default(),
        };
        positions.map(event).collect()
    }

    #[test]
    fn batches_are_bounded_in_bytes_and_lose_nothing() {
        let mut read: VecDeque<_> = events(1..7).into();
        read[2].payload = vec![0; 5_000];
        let mut ends = Vec::new();
        while let Some(batch) = cut(&mut read, 2_000) {
            assert_eq!(batch.events.last().map(|event| event.position), Some(batch.end.position));
            ends.push((batch.events.len(), batch.end.position));
        }
        assert_eq!(ends, [(2, 2), (1, 3), (2, 5), (1, 6)]);
    }
}
