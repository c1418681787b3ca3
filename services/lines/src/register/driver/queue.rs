//! Lines that wait for a worker: lanes by urgency, one piece of work per line, tries again after a delay.
//!
//! Invariant: a line is in work at most once in this process. What comes in meanwhile is remembered as "again".

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use super::lease::Held;
use crate::register::watch::Cause;

/// Who goes first (EVENTLOG.md, rule 18).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    /// Loss and theft.
    Urgent,
    /// Lines that a late write may still change.
    Watch,
    /// Everything else.
    Normal,
}

const LANES: [Lane; 3] = [Lane::Urgent, Lane::Watch, Lane::Normal];

/// Why a line is looked at, which says what may be done if the register differs though nobody waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A command waits.
    Drive,
    /// A write of ours may have landed late: whatever differs is put right, in either direction; once the log was restored,
    /// towards barred only.
    Watch,
}

/// What is remembered of a line between tries.
#[derive(Clone, Debug)]
pub(crate) struct Carry {
    /// A lease that came with the intent's own append, or was kept from an earlier try.
    pub(crate) held: Option<Held>,
    /// The last fencing number that this process was given.
    pub(crate) last_fence: Option<i64>,
    /// A write whose effect is not known is not on record yet: nothing is written before it is.
    pub(crate) must_arm: Option<Cause>,
    /// Tries in a row that came to nothing.
    pub(crate) attempts: u32,
    /// Since when a command is known to wait.
    pub(crate) since: Instant,
    /// The trace of the command.
    pub(crate) span: tracing::Span,
}

impl Carry {
    pub(crate) fn new() -> Self {
        Self {
            held: None,
            last_fence: None,
            must_arm: None,
            attempts: 0,
            since: Instant::now(),
            span: tracing::Span::none(),
        }
    }
}

/// A line in the hands of a worker.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) line_id: Uuid,
    pub(crate) lane: Lane,
    pub(crate) purpose: Purpose,
    pub(crate) carry: Carry,
}

/// What somebody asks for a line.
#[derive(Debug)]
pub(crate) struct Nudge {
    pub(crate) lane: Lane,
    pub(crate) purpose: Purpose,
    pub(crate) held: Option<Held>,
    /// Since when the command waits.
    pub(crate) since: Instant,
    pub(crate) span: tracing::Span,
}

impl Nudge {
    pub(crate) fn new(lane: Lane, purpose: Purpose) -> Self {
        Self { lane, purpose, held: None, since: Instant::now(), span: tracing::Span::none() }
    }
}

#[derive(Debug)]
struct Entry {
    lane: Lane,
    purpose: Purpose,
    carry: Carry,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// The item of this number in the lane is the valid one; others are leftovers.
    Queued(u64),
    Delayed(Instant, u64),
    Working {
        again: Option<Nudge>,
    },
}

#[derive(Debug, Default)]
struct State {
    entries: HashMap<Uuid, Entry>,
    lanes: [VecDeque<(Uuid, u64)>; LANES.len()],
    delayed: BTreeMap<(Instant, u64), Uuid>,
    tickets: u64,
}

#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    changed: Notify,
    entries_max: usize,
}

impl Queue {
    pub(crate) fn new(entries_max: usize) -> Self {
        Self { state: Mutex::default(), changed: Notify::new(), entries_max }
    }

    /// Loss and theft find as much room again when the rest is full.
    const fn room(&self, lane: Lane) -> usize {
        match lane {
            Lane::Urgent => self.entries_max.saturating_mul(2),
            Lane::Watch | Lane::Normal => self.entries_max,
        }
    }

    /// Asks for a line. False when the queue is full: the scan finds the line later.
    pub(crate) fn push(&self, line_id: Uuid, nudge: Nudge) -> bool {
        let mut state = self.state.lock();
        let state = &mut *state;
        let is_full = state.entries.len() >= self.room(nudge.lane);
        match state.entries.get_mut(&line_id) {
            None if is_full => return false,
            None => {
                let carry = Carry { held: nudge.held, since: nudge.since, span: nudge.span, ..Carry::new() };
                let entry = Entry {
                    lane: nudge.lane,
                    purpose: nudge.purpose,
                    carry,
                    place: Place::Working { again: None },
                };
                state.entries.insert(line_id, entry);
                state.enqueue(line_id);
            }
            Some(Entry { place: Place::Working { again }, .. }) => {
                *again = Some(match again.take() {
                    Some(before) => before.merged(nudge),
                    None => nudge,
                });
            }
            Some(entry) => {
                let is_fresh_command = nudge.held.is_some();
                let moves = nudge.lane < entry.lane
                    || (matches!(entry.place, Place::Delayed(..)) && is_fresh_command);
                entry.take_over(nudge);
                if moves {
                    state.enqueue(line_id);
                }
            }
        }
        self.changed.notify_waiters();
        true
    }

    /// The most urgent line that waits, of `lowest` or more urgent; waits for one. Safe to drop while it waits.
    pub(crate) async fn pop(&self, lowest: Lane) -> Work {
        loop {
            let changed = self.changed.notified();
            let next_due = {
                let mut state = self.state.lock();
                state.wake_delayed(Instant::now());
                if let Some(work) = state.pop(lowest) {
                    return work;
                }
                state.delayed.first_key_value().map(|((due, _), _)| *due)
            };
            match next_due {
                Some(due) => tokio::select! {
                    () = changed => {}
                    () = sleep_until(due) => {}
                },
                None => changed.await,
            }
        }
    }

    /// Takes a line into work from outside of the lanes; None if it is here already.
    pub(crate) fn claim(&self, line_id: Uuid, purpose: Purpose) -> Option<Work> {
        let mut state = self.state.lock();
        if state.entries.contains_key(&line_id) {
            return None;
        }
        let (lane, carry) = (Lane::Normal, Carry::new());
        let entry = Entry {
            lane,
            purpose: purpose.clone(),
            carry: carry.clone(),
            place: Place::Working { again: None },
        };
        state.entries.insert(line_id, entry);
        Some(Work { line_id, lane, purpose, carry })
    }

    /// The line is done, unless somebody asked again meanwhile.
    pub(crate) fn finish(&self, work: Work) {
        let mut state = self.state.lock();
        let Some(Entry { place: Place::Working { again }, .. }) = state.entries.remove(&work.line_id) else {
            return;
        };
        if let Some(nudge) = again {
            let mut carry = work.carry;
            carry.attempts = 0;
            state.put_back(work.line_id, nudge, carry);
            self.changed.notify_waiters();
        }
    }

    /// The line is tried again after `delay`, or at once if somebody asked again meanwhile.
    pub(crate) fn retry(&self, work: Work, delay: Duration) {
        let mut state = self.state.lock();
        let line_id = work.line_id;
        let Some(Entry { place: Place::Working { again }, .. }) = state.entries.remove(&line_id) else {
            return;
        };
        match again {
            Some(nudge) => {
                let before = Nudge { span: work.carry.span.clone(), ..Nudge::new(work.lane, work.purpose) };
                state.put_back(line_id, before.merged(nudge), work.carry);
            }
            None => {
                state.tickets += 1;
                let (due, ticket) = (Instant::now() + delay, state.tickets);
                let place = Place::Delayed(due, ticket);
                state.entries.insert(
                    line_id,
                    Entry { lane: work.lane, purpose: work.purpose, carry: work.carry, place },
                );
                state.delayed.insert((due, ticket), line_id);
            }
        }
        self.changed.notify_waiters();
    }

    pub(crate) fn holds(&self, line_id: Uuid) -> bool {
        self.state.lock().entries.contains_key(&line_id)
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.state.lock().entries.len()
    }

    /// Whether a loss or theft waits for a worker at this moment.
    pub(crate) fn is_urgent_waiting(&self) -> bool {
        self.state.lock().lanes.first().is_some_and(|lane| !lane.is_empty())
    }

    /// Lines whose command has waited for longer than `age`.
    pub(crate) fn older_than(&self, age: Duration) -> usize {
        let state = self.state.lock();
        let commands = state.entries.values().filter(|entry| entry.purpose == Purpose::Drive);
        commands.filter(|entry| entry.carry.since.elapsed() > age).count()
    }
}

impl State {
    /// Puts the entry at the end of its lane; what stood elsewhere for it becomes a leftover.
    fn enqueue(&mut self, line_id: Uuid) {
        self.tickets += 1;
        let ticket = self.tickets;
        let Some(entry) = self.entries.get_mut(&line_id) else { return };
        if let Place::Delayed(due, before) = entry.place {
            self.delayed.remove(&(due, before));
        }
        entry.place = Place::Queued(ticket);
        if let Some(lane) = self.lanes.get_mut(entry.lane as usize) {
            lane.push_back((line_id, ticket));
        }
    }

    fn wake_delayed(&mut self, now: Instant) {
        while let Some(((due, _), _)) = self.delayed.first_key_value()
            && *due <= now
            && let Some((_, line_id)) = self.delayed.pop_first()
        {
            self.enqueue(line_id);
        }
    }

    fn pop(&mut self, lowest: Lane) -> Option<Work> {
        for lane in LANES.into_iter().take_while(|lane| *lane <= lowest) {
            while let Some((line_id, ticket)) =
                self.lanes.get_mut(lane as usize).and_then(VecDeque::pop_front)
            {
                let Some(entry) = self.entries.get_mut(&line_id) else { continue };
                if !matches!(entry.place, Place::Queued(valid) if valid == ticket) {
                    continue;
                }
                entry.place = Place::Working { again: None };
                let (purpose, carry) = (entry.purpose.clone(), entry.carry.clone());
                return Some(Work { line_id, lane: entry.lane, purpose, carry });
            }
        }
        None
    }

    fn put_back(&mut self, line_id: Uuid, nudge: Nudge, carry: Carry) {
        let mut entry = Entry {
            lane: nudge.lane,
            purpose: nudge.purpose.clone(),
            carry,
            place: Place::Working { again: None },
        };
        entry.take_over(nudge);
        self.entries.insert(line_id, entry);
        self.enqueue(line_id);
    }
}

impl Entry {
    fn take_over(&mut self, nudge: Nudge) {
        self.lane = self.lane.min(nudge.lane);
        if nudge.purpose == Purpose::Drive {
            self.purpose = Purpose::Drive;
        }
        if nudge.held.is_some() {
            // One that was never used and is over by now: what comes next was not taken over from a stranger.
            if let Some(unused) = self.carry.held.filter(|held| !held.taken_over) {
                self.carry.last_fence = Some(unused.fence);
            }
            self.carry.held = nudge.held;
            self.carry.attempts = 0;
            self.carry.since = nudge.since;
            self.carry.span = nudge.span;
        }
    }
}

impl Nudge {
    fn merged(self, later: Self) -> Self {
        let is_fresh = later.held.is_some();
        Self {
            lane: self.lane.min(later.lane),
            purpose: if later.purpose == Purpose::Drive { Purpose::Drive } else { self.purpose },
            held: later.held.or(self.held),
            since: if is_fresh { later.since } else { self.since },
            span: if is_fresh { later.span } else { self.span },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: u128) -> Uuid {
        Uuid::from_u128(number)
    }

    fn drive(lane: Lane) -> Nudge {
        Nudge::new(lane, Purpose::Drive)
    }

    fn popped(queue: &Queue, lowest: Lane) -> Option<Work> {
        let mut state = queue.state.lock();
        state.wake_delayed(Instant::now());
        state.pop(lowest)
    }

    fn ids(queue: &Queue) -> Vec<u128> {
        std::iter::from_fn(|| popped(queue, Lane::Normal)).map(|work| work.line_id.as_u128()).collect()
    }

    #[tokio::test]
    async fn urgent_overtakes_and_a_line_moves_up() {
        let queue = Queue::new(100);
        for number in 1..=5 {
            queue.push(line(number), drive(Lane::Normal));
        }
        queue.push(line(6), Nudge::new(Lane::Watch, Purpose::Watch));
        queue.push(line(7), drive(Lane::Urgent));
        queue.push(line(4), drive(Lane::Urgent));
        assert!(queue.is_urgent_waiting());
        assert_eq!(popped(&queue, Lane::Urgent).unwrap().line_id, line(7));
        assert_eq!(ids(&queue), [4, 6, 1, 2, 3, 5]);
        assert!(popped(&queue, Lane::Normal).is_none(), "a leftover was taken for work");
    }

    #[tokio::test]
    async fn a_line_in_work_is_not_given_out_twice_and_comes_again() {
        let queue = Queue::new(100);
        queue.push(line(1), drive(Lane::Normal));
        let work = popped(&queue, Lane::Normal).unwrap();
        queue.push(line(1), drive(Lane::Normal));
        queue.push(line(1), drive(Lane::Urgent));
        assert!(popped(&queue, Lane::Normal).is_none());
        assert!(queue.claim(line(1), Purpose::Watch).is_none());
        queue.finish(work);
        let again = popped(&queue, Lane::Urgent).unwrap();
        queue.finish(again);
        assert_eq!(queue.len(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_delayed_line_comes_back_later_and_at_once_for_a_new_command() {
        let queue = Queue::new(100);
        queue.push(line(1), drive(Lane::Normal));
        let mut work = popped(&queue, Lane::Normal).unwrap();
        work.carry.attempts = 3;
        queue.retry(work, Duration::from_secs(2));
        queue.push(line(1), drive(Lane::Normal));
        assert!(popped(&queue, Lane::Normal).is_none(), "the scan cut a delay short");
        let began = Instant::now();
        let work = queue.pop(Lane::Normal).await;
        assert_eq!((began.elapsed(), work.carry.attempts), (Duration::from_secs(2), 3));
        queue.retry(work, Duration::from_secs(2));
        let held = Held { fence: 1, expires: Instant::now() + Duration::from_secs(2), taken_over: false };
        queue.push(line(1), Nudge { held: Some(held), ..drive(Lane::Normal) });
        let work = popped(&queue, Lane::Normal).unwrap();
        assert_eq!((work.carry.attempts, work.carry.held.is_some()), (0, true));
        assert!(queue.state.lock().delayed.is_empty());
    }

    #[tokio::test]
    async fn a_full_queue_refuses_all_but_loss_and_theft() {
        let queue = Queue::new(2);
        assert!(queue.push(line(1), drive(Lane::Normal)) && queue.push(line(2), drive(Lane::Normal)));
        assert!(!queue.push(line(3), drive(Lane::Normal)));
        assert!(queue.push(line(1), drive(Lane::Normal)), "a line that is here needs no place");
        assert!(queue.push(line(4), drive(Lane::Urgent)));
    }
}
