//! What the state topics have yet to show.

use std::collections::HashMap;

use uuid::Uuid;
use vigie_eventlog::{Checkpoint, RecordedEvent};

use super::batches::Batch;
use crate::Topics;

/// The newest event of each stream among those that are on the events topic and not yet on a state topic.
#[derive(Debug)]
pub(super) struct Pending {
    newest: HashMap<Uuid, RecordedEvent>,
    /// Everything up to here is on the events topic.
    end: Option<Checkpoint>,
    bytes: usize,
    streams_max: usize,
    bytes_max: usize,
}

impl Pending {
    pub(super) fn new(streams_max: usize, bytes_max: usize) -> Self {
        Self { newest: HashMap::new(), end: None, bytes: 0, streams_max, bytes_max }
    }

    /// Takes events in that are on the events topic now.
    pub(super) fn take_in(&mut self, batch: Batch, topics: &Topics) {
        self.end = Some(batch.end);
        for event in batch.events {
            if topics.is_state(&event.event_type) {
                self.bytes += event.payload.len();
                let older = self.newest.insert(event.stream_id, event);
                self.bytes -= older.map_or(0, |older| older.payload.len());
            }
        }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.end.is_none()
    }

    /// Whether the state topics have to catch up before more is read.
    pub(super) fn is_full(&self) -> bool {
        self.newest.len() >= self.streams_max || self.bytes >= self.bytes_max
    }

    /// All of it, in the order of the log; `None` if there is nothing.
    pub(super) fn take(&mut self) -> Option<Batch> {
        let end = self.end.take()?;
        self.bytes = 0;
        let mut events: Vec<_> = std::mem::take(&mut self.newest).into_values().collect();
        events.sort_unstable_by_key(|event| event.position);
        Some(Batch { events, end })
    }
}

#[cfg(test)]
mod tests {
    use super::super::batches::tests::events;
    use super::*;

    #[test]
    fn the_newest_event_of_each_stream_is_its_state() {
        let topics = Topics::new("lines", &["line"]).unwrap();
        let mut pending = Pending::new(2, 1_000);
        assert!(pending.take().is_none());
        let of = |stream: u128, events: Vec<RecordedEvent>| {
            let of_stream = events.into_iter().map(|event| RecordedEvent {
                stream_id: Uuid::from_u128(stream),
                event_type: "vigie.line.happened.v1".to_owned(),
                ..event
            });
            let events: Vec<_> = of_stream.collect();
            let end = events.last().unwrap().checkpoint();
            Batch { events, end }
        };
        pending.take_in(of(2, events(1..30)), &topics);
        assert!(!pending.is_full(), "one stream, 100 bytes");
        pending.take_in(of(1, events(30..32)), &topics);
        assert!(pending.is_full(), "two streams");
        let taken = pending.take().unwrap();
        assert_eq!(taken.end.position, 31);
        assert_eq!(taken.events.iter().map(|event| event.position).collect::<Vec<_>>(), [29, 31]);
        assert!(pending.is_empty() && !pending.is_full());
    }

    #[test]
    fn an_event_that_is_nobodys_state_moves_the_end_all_the_same() {
        let topics = Topics::new("lines", &["line"]).unwrap();
        let mut pending = Pending::new(2, 1_000);
        let events = events(1..3);
        let end = events[1].checkpoint();
        pending.take_in(Batch { events, end }, &topics);
        let taken = pending.take().unwrap();
        assert_eq!((taken.events.len(), taken.end), (0, end));
    }
}
