//! The newest events of this process' own writer. A reader at the end of the log, as every view is, need not read back
//! from the database what was written a moment ago.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::event::RecordedEvent;

/// Events kept, at most.
const EVENTS_MAX: usize = 4096;

/// Payload bytes kept, at most.
const BYTES_MAX: usize = 4 << 20;

/// Committed events at consecutive positions.
#[derive(Default)]
pub(crate) struct Tail(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    events: VecDeque<Arc<RecordedEvent>>,
    bytes: usize,
}

impl Tail {
    /// Adds what was just committed. Where another replica has written in between, what was kept ends before its events
    /// and is of no use any more.
    pub(crate) fn push(&self, events: &[Arc<RecordedEvent>]) {
        let kept = &mut *self.0.lock();
        let Some(first) = events.first() else { return };
        if kept.events.back().is_some_and(|last| last.position + 1 != first.position) {
            *kept = Kept::default();
        }
        kept.events.extend(events.iter().cloned());
        kept.bytes += events.iter().map(|event| event.payload.len()).sum::<usize>();
        while kept.events.len() > EVENTS_MAX || kept.bytes > BYTES_MAX {
            let Some(oldest) = kept.events.pop_front() else { return };
            kept.bytes -= oldest.payload.len();
        }
    }

    /// At most `max` events after `position`; none if the first of them is not here.
    pub(crate) fn after(&self, position: i64, max: usize) -> Vec<RecordedEvent> {
        let found: Vec<_> = {
            let kept = self.0.lock();
            let Some(first) = kept.events.front() else { return Vec::new() };
            let Ok(skipped) = usize::try_from(position + 1 - first.position) else { return Vec::new() };
            kept.events.iter().skip(skipped).take(max).cloned().collect()
        };
        // Copied after the lock is free: the writer waits for it.
        found.iter().map(|event| RecordedEvent::clone(event)).collect()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use vigie_clock::Timestamp;

    use super::*;
    use crate::event::Hash;

    fn events(positions: std::ops::RangeInclusive<i64>, payload_bytes: usize) -> Vec<Arc<RecordedEvent>> {
        positions
            .map(|position| {
                Arc::new(RecordedEvent {
                    position,
                    event_id: Uuid::nil(),
                    shard: 0,
                    incarnation: 1,
                    stream_id: Uuid::nil(),
                    stream_version: position,
                    event_type: String::new(),
                    account_id: Uuid::nil(),
                    recorded_at: Timestamp::default(),
                    occurred_at: Timestamp::default(),
                    actor: String::new(),
                    on_behalf_of: None,
                    channel: String::new(),
                    request_id: None,
                    act_id: None,
                    traceparent: None,
                    payload: vec![b' '; payload_bytes],
                    hash: Hash::default(),
                })
            })
            .collect()
    }

    fn positions(tail: &Tail, after: i64, max: usize) -> Vec<i64> {
        tail.after(after, max).iter().map(|event| event.position).collect()
    }

    #[test]
    fn a_reader_in_it_is_served_and_one_before_it_is_not() {
        let tail = Tail::default();
        assert!(positions(&tail, 0, 10).is_empty());
        tail.push(&events(5..=7, 1));
        tail.push(&events(8..=8, 1));
        assert!(positions(&tail, 3, 10).is_empty());
        assert_eq!(positions(&tail, 4, 10), [5, 6, 7, 8]);
        assert_eq!(positions(&tail, 5, 2), [6, 7]);
        assert!(positions(&tail, 8, 10).is_empty());
        assert!(positions(&tail, 9, 10).is_empty());
    }

    #[test]
    fn it_begins_anew_after_another_replica_has_written() {
        let tail = Tail::default();
        tail.push(&events(1..=3, 1));
        tail.push(&events(5..=6, 1));
        assert!(positions(&tail, 0, 10).is_empty());
        assert!(positions(&tail, 3, 10).is_empty(), "position 4 is not here");
        assert_eq!(positions(&tail, 4, 10), [5, 6]);
    }

    #[test]
    fn it_is_bounded_by_events_and_by_bytes() {
        let tail = Tail::default();
        tail.push(&events(1..=EVENTS_MAX as i64 + 10, 1));
        assert!(positions(&tail, 0, 1).is_empty());
        assert_eq!(positions(&tail, 10, 1), [11]);
        let next = EVENTS_MAX as i64 + 11;
        tail.push(&events(next..=next, BYTES_MAX));
        assert!(positions(&tail, next - 2, 1).is_empty());
        assert_eq!(positions(&tail, next - 1, 1), [next]);
    }
}
