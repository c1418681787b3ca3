//! What the topics show of each stream, in the little that comparing takes.

use std::collections::HashMap;
use std::collections::hash_map::IntoIter;

use rdkafka::Message;
use uuid::Uuid;
use vigie_eventlog::Hash;

use super::super::message::{record_of, withdrawal_of};

/// What a record shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// An event; all but the incarnation are the log's, which may have published it anew since.
    Event { incarnation: i64, version: i64, position: i64, hash: Hash },
    /// That the stream never existed.
    Withdrawn { incarnation: i64 },
    /// Nothing that a reader of ours could read.
    Garbled,
}

impl Shown {
    /// `is_shown_here` says of which types of event the topic shows the newest.
    fn of<M: Message>(message: &M, context: &str, is_shown_here: impl Fn(&str) -> bool) -> Self {
        let event = match record_of(message) {
            Ok(Some(record)) => record.event(context),
            Ok(None) => {
                let withdrawal = withdrawal_of(message);
                return withdrawal
                    .map_or(Self::Garbled, |it| Self::Withdrawn { incarnation: it.incarnation });
            }
            Err(error) => Err(error),
        };
        match event {
            Ok(event) if is_shown_here(&event.event_type) => Self::Event {
                incarnation: event.incarnation,
                version: event.stream_version,
                position: event.position,
                hash: event.hash,
            },
            _ => Self::Garbled,
        }
    }

    /// What readers go by: the higher is the newer. Nobody reads what is garbled.
    const fn order(self) -> (i64, i64) {
        match self {
            Self::Event { incarnation, version, .. } => (incarnation, version),
            Self::Withdrawn { incarnation } => (incarnation, 0),
            Self::Garbled => (0, 0),
        }
    }
}

/// What is there of a stream.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// The last record of its state topic: compaction leaves this one.
    pub(super) last: Option<Shown>,
    /// What a reader has who has read all of both topics.
    pub(super) highest: Option<Shown>,
}

/// A stream, and the state topic that shows it: by its place among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) topic: usize,
    pub(super) stream_id: Uuid,
}

/// What is there of each stream of a partition.
#[derive(Debug, Default)]
pub(super) struct Keys {
    seen: HashMap<Key, Seen>,
    foreign: u64,
}

impl Keys {
    pub(super) fn take_state<M: Message>(
        &mut self,
        message: &M,
        topic: usize,
        context: &str,
        is_shown_here: impl Fn(&str) -> bool,
    ) {
        let Some(stream_id) = stream_of(message) else {
            self.foreign += 1;
            return;
        };
        let shown = Shown::of(message, context, is_shown_here);
        let seen = self.seen.entry(Key { topic, stream_id }).or_default();
        seen.last = Some(shown);
        seen.raise(shown);
    }

    pub(super) fn take_event<M: Message>(
        &mut self,
        message: &M,
        context: &str,
        shown_on: impl Fn(&str) -> Option<usize>,
    ) {
        let event = record_of(message).and_then(|record| record.map(|it| it.event(context)).transpose());
        // Others have told of what is garbled there; it is nobody's state.
        let Ok(Some(event)) = event else { return };
        if let Some(topic) = shown_on(&event.event_type) {
            let (incarnation, version) = (event.incarnation, event.stream_version);
            let shown = Shown::Event { incarnation, version, position: event.position, hash: event.hash };
            let key = Key { topic, stream_id: event.stream_id };
            self.seen.entry(key).or_default().raise(shown);
        }
    }

    pub(super) fn len(&self) -> u64 {
        self.seen.len() as u64
    }

    /// Records under keys that are no streams of ours.
    pub(super) const fn foreign(&self) -> u64 {
        self.foreign
    }
}

impl IntoIterator for Keys {
    type Item = (Key, Seen);
    type IntoIter = IntoIter<Key, Seen>;

    fn into_iter(self) -> Self::IntoIter {
        self.seen.into_iter()
    }
}

impl Seen {
    fn raise(&mut self, shown: Shown) {
        if shown != Shown::Garbled && self.highest.is_none_or(|highest| highest.order() < shown.order()) {
            self.highest = Some(shown);
        }
    }
}

fn stream_of<M: Message>(message: &M) -> Option<Uuid> {
    let key = std::str::from_utf8(message.key()?).ok()?;
    Uuid::try_parse(key).ok().filter(|_| key.len() == uuid::fmt::Hyphenated::LENGTH)
}
