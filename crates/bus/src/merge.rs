//! One log out of interleaved partitions: whatever comes is put back into the log's own order and checked against its
//! chain of hashes, so that neither a foreign nor a garbled nor a missing record can pass for the log (EVENTLOG.md,
//! rules 2, 12 and 13).

use std::collections::BTreeMap;

use vigie_eventlog::{Checkpoint, RecordedEvent};

/// Events that wait for a missing one, at most.
const WAITING_MAX: usize = 16_384;

/// Bytes of payload that wait for a missing one, at most.
const WAITING_BYTES_MAX: usize = 32 << 20;

/// What became of an event that was offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Offered {
    /// It waits for its turn.
    Kept,
    /// It came before.
    Repeated,
    /// There is no room until what is missing has come; it will be read from the log itself.
    NoRoom,
    /// An event of a later life of the log at a place that was read in an earlier one: the log was restored, or somebody
    /// pretends so.
    LaterLife,
}

/// Events on their way back into order, after a checkpoint.
#[derive(Debug)]
pub(crate) struct Merge {
    after: Checkpoint,
    waiting: BTreeMap<i64, RecordedEvent>,
    bytes: usize,
    /// A position at which something came that was not the log's.
    forged: Option<i64>,
}

impl Merge {
    pub(crate) fn after(checkpoint: Checkpoint) -> Self {
        Self { after: checkpoint, waiting: BTreeMap::new(), bytes: 0, forged: None }
    }

    /// Everything up to here was taken.
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        self.after
    }

    pub(crate) fn offer(&mut self, event: RecordedEvent) -> Offered {
        if event.position <= self.after.position {
            let is_later = self.after.position > 0 && event.incarnation > self.after.incarnation;
            return if is_later { Offered::LaterLife } else { Offered::Repeated };
        }
        if self.waiting.contains_key(&event.position) {
            return Offered::Repeated;
        }
        let bytes = self.bytes + event.payload.len();
        let is_next = event.position == self.after.position + 1;
        if !is_next && (self.waiting.len() >= WAITING_MAX || bytes > WAITING_BYTES_MAX) {
            return Offered::NoRoom;
        }
        self.bytes = bytes;
        self.waiting.insert(event.position, event);
        Offered::Kept
    }

    /// At most `max` events that come next, without a gap and each chained to the one before it. One that is not chained
    /// is dropped: it counts as missing.
    pub(crate) fn take(&mut self, max: usize) -> Vec<RecordedEvent> {
        let mut taken = Vec::new();
        while taken.len() < max {
            let Some(event) = self.waiting.remove(&(self.after.position + 1)) else { break };
            self.bytes -= event.payload.len();
            if event.chained(&self.after.hash) != event.hash {
                tracing::warn!(
                    position = event.position,
                    event_id = %event.event_id,
                    "a record on the topic is not the log's event at its position: it is read from the log instead"
                );
                self.forged = Some(event.position);
                break;
            }
            self.after = event.checkpoint();
            taken.push(event);
        }
        taken
    }

    /// Whether something waits for an event that has not come, or that came otherwise than the log has it.
    pub(crate) fn is_stuck(&self) -> bool {
        let next = self.after.position + 1;
        let is_missed = self.waiting.first_key_value().is_some_and(|(position, _)| *position > next);
        is_missed || self.forged == Some(next)
    }

    /// Goes on after what was read from the log itself.
    pub(crate) fn skip_to(&mut self, checkpoint: Checkpoint) {
        let later = self.waiting.split_off(&(checkpoint.position + 1));
        self.waiting = later;
        self.bytes = self.waiting.values().map(|event| event.payload.len()).sum();
        self.after = checkpoint;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use uuid::Uuid;
    use vigie_clock::Timestamp;
    use vigie_eventlog::Hash;

    use super::*;

    /// A log of so many events.
    fn log(events: i64, incarnation: i64, after: Checkpoint) -> Vec<RecordedEvent> {
        let mut hash = after.hash;
        (after.position + 1..=events)
            .map(|position| {
                let mut event = RecordedEvent {
                    position,
                    event_id: Uuid::from_u128(position as u128),
                    shard: 0,
                    incarnation,
                    stream_id: Uuid::from_u128(position as u128 % 7),
                    stream_version: position,
                    event_type: "test.v1".to_owned(),
                    account_id: Uuid::nil(),
                    recorded_at: Timestamp::from_micros(position),
                    occurred_at: Timestamp::from_micros(position),
                    actor: "tester".to_owned(),
                    on_behalf_of: None,
                    channel: "API".to_owned(),
                    request_id: None,
                    act_id: None,
                    traceparent: None,
                    payload: b"{}".to_vec(),
                    hash: Hash::default(),
                };
                event.hash = event.chained(&hash);
                hash = event.hash;
                event
            })
            .collect()
    }

    fn positions(events: &[RecordedEvent]) -> Vec<i64> {
        events.iter().map(|event| event.position).collect()
    }

    proptest! {
        #[test]
        fn whatever_the_order_and_however_often_the_log_comes_out(
            order in Just((0..60_usize).flat_map(|index| [index, index]).collect::<Vec<_>>()).prop_shuffle(),
            max in 1..9_usize,
        ) {
            let log = log(60, 1, Checkpoint::START);
            let mut merge = Merge::after(Checkpoint::START);
            let mut taken = Vec::new();
            for index in order {
                merge.offer(log[index].clone());
                taken.extend(merge.take(max));
            }
            loop {
                let more = merge.take(max);
                if more.is_empty() {
                    break;
                }
                taken.extend(more);
            }
            prop_assert_eq!(taken, log);
        }
    }

    #[test]
    fn what_waits_behind_a_missing_event_comes_after_it() {
        let log = log(5, 1, Checkpoint::START);
        let mut merge = Merge::after(Checkpoint::START);
        for event in [&log[0], &log[2], &log[3]] {
            assert_eq!(merge.offer(event.clone()), Offered::Kept);
        }
        assert_eq!(positions(&merge.take(10)), [1]);
        assert!(merge.is_stuck());
        merge.skip_to(log[1].checkpoint());
        assert!(!merge.is_stuck());
        assert_eq!(positions(&merge.take(10)), [3, 4]);
        assert_eq!(merge.checkpoint(), log[3].checkpoint());
        assert_eq!(merge.offer(log[1].clone()), Offered::Repeated);
    }

    #[test]
    fn an_event_that_is_not_the_logs_counts_as_missing() {
        let log = log(3, 1, Checkpoint::START);
        let mut merge = Merge::after(Checkpoint::START);
        let mut foreign = log[1].clone();
        foreign.payload = b"{\"forged\":true}".to_vec();
        merge.offer(log[0].clone());
        merge.offer(foreign);
        merge.offer(log[2].clone());
        assert_eq!(positions(&merge.take(10)), [1]);
        assert!(merge.is_stuck());
        merge.offer(log[1].clone());
        assert_eq!(positions(&merge.take(10)), [2, 3]);
    }

    #[test]
    fn a_later_life_of_the_log_is_told_from_a_repeat() {
        let first = log(9, 1, Checkpoint::START);
        let second = log(9, 2, first[3].checkpoint());
        let mut merge = Merge::after(first[8].checkpoint());
        assert_eq!(merge.offer(first[5].clone()), Offered::Repeated);
        assert_eq!(merge.offer(second[0].clone()), Offered::LaterLife);
        // Who had not read further than the restored log follows it into its next life.
        let mut merge = Merge::after(first[3].checkpoint());
        merge.offer(first[4].clone());
        merge.offer(second[1].clone());
        assert_eq!(positions(&merge.take(10)), [5], "published before the restore, and chained");
        let mut merge = Merge::after(first[3].checkpoint());
        merge.offer(second[0].clone());
        merge.offer(second[1].clone());
        assert_eq!(positions(&merge.take(10)), [5, 6]);
    }

    #[test]
    fn what_waits_is_bounded_and_the_next_event_always_has_room() {
        let log = log(WAITING_MAX as i64 + 3, 1, Checkpoint::START);
        let mut merge = Merge::after(Checkpoint::START);
        for event in &log[1..=WAITING_MAX] {
            assert_eq!(merge.offer(event.clone()), Offered::Kept);
        }
        assert_eq!(merge.offer(log[WAITING_MAX + 1].clone()), Offered::NoRoom);
        assert_eq!(merge.offer(log[0].clone()), Offered::Kept);
        assert_eq!(merge.take(usize::MAX).len(), WAITING_MAX + 1);
    }
}
