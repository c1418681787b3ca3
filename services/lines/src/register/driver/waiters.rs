//! Who waits for a line to be confirmed.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use lru::LruCache;
use parking_lot::Mutex;
use tokio::sync::oneshot;
use uuid::Uuid;

/// Confirmations remembered, for those who ask just after.
const REMEMBERED_MAX: NonZeroUsize = NonZeroUsize::new(16_384).unwrap();

#[derive(Debug)]
pub(super) struct Waiters(Mutex<State>);

#[derive(Debug)]
struct State {
    waiting: HashMap<Uuid, Vec<(u64, oneshot::Sender<()>)>>,
    confirmed: LruCache<Uuid, u64>,
}

impl Default for Waiters {
    fn default() -> Self {
        Self(Mutex::new(State { waiting: HashMap::new(), confirmed: LruCache::new(REMEMBERED_MAX) }))
    }
}

impl Waiters {
    /// Resolves once intent `sequence` of the line, or a later one, is confirmed by this process; None if it is already.
    pub(super) fn wait(&self, line_id: Uuid, sequence: u64) -> Option<oneshot::Receiver<()>> {
        let mut state = self.0.lock();
        if state.confirmed.get(&line_id).is_some_and(|confirmed| *confirmed >= sequence) {
            return None;
        }
        let (send, receive) = oneshot::channel();
        let waiting = state.waiting.entry(line_id).or_default();
        waiting.retain(|(_, waiter)| !waiter.is_closed());
        waiting.push((sequence, send));
        Some(receive)
    }

    pub(super) fn confirmed(&self, line_id: Uuid, sequence: u64) {
        let mut state = self.0.lock();
        state.confirmed.put(line_id, sequence);
        let Some(waiting) = state.waiting.remove(&line_id) else { return };
        let (ready, still) = waiting.into_iter().partition::<Vec<_>, _>(|(wanted, _)| *wanted <= sequence);
        if !still.is_empty() {
            state.waiting.insert(line_id, still);
        }
        for (_, waiter) in ready {
            let _ = waiter.send(());
        }
    }

    /// Forgets those of the line who went away.
    pub(super) fn tidy(&self, line_id: Uuid) {
        let mut state = self.0.lock();
        if let Some(waiting) = state.waiting.get_mut(&line_id) {
            waiting.retain(|(_, waiter)| !waiter.is_closed());
            if waiting.is_empty() {
                state.waiting.remove(&line_id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_confirmation_serves_an_earlier_intent_and_not_the_other_way_round() {
        let waiters = Waiters::default();
        let line = Uuid::from_u128(1);
        let mut second = waiters.wait(line, 2).unwrap();
        let mut third = waiters.wait(line, 3).unwrap();
        waiters.confirmed(line, 2);
        assert!(second.try_recv().is_ok() && third.try_recv().is_err());
        assert!(waiters.wait(line, 2).is_none(), "who asks just after waits for ever");
        waiters.confirmed(line, 5);
        assert!(third.try_recv().is_ok());
        drop(waiters.wait(line, 6));
        waiters.tidy(line);
        assert!(waiters.0.lock().waiting.is_empty());
    }
}
