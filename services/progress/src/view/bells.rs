//! Who waits for which line: after each batch the bells of its lines ring, and nobody else is woken.
//!
//! This is why a watch costs nothing while its line is quiet: no watcher ever polls the database.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;
use uuid::Uuid;

/// The bells of one process.
#[derive(Clone, Debug)]
pub(crate) struct Bells(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    listeners_max: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    bells: HashMap<Uuid, Bell>,
    listeners: usize,
}

#[derive(Debug)]
struct Bell {
    /// The line's version as last heard here.
    version: watch::Sender<i64>,
    listeners: usize,
}

impl Bells {
    pub(crate) fn new(listeners_max: usize) -> Self {
        Self(Arc::new(Shared { listeners_max, state: Mutex::default() }))
    }

    /// Somebody waits for a line; `None` when so many do already.
    pub(crate) fn listen(&self, line_id: Uuid) -> Option<Listener> {
        let mut state = self.0.state.lock();
        if state.listeners >= self.0.listeners_max {
            return None;
        }
        state.listeners += 1;
        let bell = state
            .bells
            .entry(line_id)
            .or_insert_with(|| Bell { version: watch::Sender::new(0), listeners: 0 });
        bell.listeners += 1;
        let version = bell.version.subscribe();
        Some(Listener { bells: self.clone(), line_id, version })
    }

    /// The lines that somebody waits for.
    pub(crate) fn lines(&self) -> Vec<Uuid> {
        self.0.state.lock().bells.keys().copied().collect()
    }

    /// These lines moved: those who wait for them look again.
    pub(crate) fn ring(&self, moved: impl Iterator<Item = (Uuid, i64)>) {
        let state = self.0.state.lock();
        if state.bells.is_empty() {
            return;
        }
        for (line_id, version) in moved {
            if let Some(bell) = state.bells.get(&line_id) {
                bell.version.send_replace(version);
            }
        }
    }

    /// How every line stands: those that stand elsewhere than was last heard ring. A line that is not in it was never read,
    /// or is forgotten.
    pub(crate) fn compare(&self, versions: &BTreeMap<Uuid, i64>) {
        for (line_id, bell) in &self.0.state.lock().bells {
            let version = versions.get(line_id).copied().unwrap_or(0);
            bell.version.send_if_modified(|heard| std::mem::replace(heard, version) != version);
        }
    }

    fn leave(&self, line_id: Uuid) {
        let mut state = self.0.state.lock();
        state.listeners = state.listeners.saturating_sub(1);
        let is_last = state.bells.get_mut(&line_id).is_some_and(|bell| {
            bell.listeners = bell.listeners.saturating_sub(1);
            bell.listeners == 0
        });
        if is_last {
            state.bells.remove(&line_id);
        }
    }
}

/// Somebody who waits for a line.
#[derive(Debug)]
pub struct Listener {
    bells: Bells,
    line_id: Uuid,
    version: watch::Receiver<i64>,
}

impl Listener {
    /// Waits until the line may have moved since this last answered; at the first time, since the listener is there. Look
    /// at the line *before* waiting.
    pub async fn rung(&mut self) {
        // The sender lives as long as a listener does, which is this one.
        let _ = self.version.changed().await;
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.bells.leave(self.line_id);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const LINE: Uuid = Uuid::from_u128(1);

    async fn rings(listener: &mut Listener) -> bool {
        tokio::time::timeout(Duration::from_millis(1), listener.rung()).await.is_ok()
    }

    #[tokio::test]
    async fn only_those_who_wait_for_the_line_are_woken() {
        let bells = Bells::new(10);
        let (mut one, mut other) = (bells.listen(LINE).unwrap(), bells.listen(Uuid::from_u128(2)).unwrap());
        assert!(!rings(&mut one).await, "nothing has happened yet");
        bells.ring([(LINE, 3), (Uuid::from_u128(9), 1)].into_iter());
        assert!(rings(&mut one).await && !rings(&mut one).await);
        assert!(!rings(&mut other).await);
    }

    #[tokio::test]
    async fn what_happens_between_two_waits_is_not_lost() {
        let bells = Bells::new(10);
        let mut listener = bells.listen(LINE).unwrap();
        bells.ring([(LINE, 1)].into_iter());
        bells.ring([(LINE, 2)].into_iter());
        assert!(rings(&mut listener).await && !rings(&mut listener).await);
    }

    #[tokio::test]
    async fn a_comparison_rings_only_where_something_is_other() {
        let bells = Bells::new(10);
        let mut listener = bells.listen(LINE).unwrap();
        bells.compare(&BTreeMap::from([(LINE, 4)]));
        assert!(rings(&mut listener).await);
        bells.compare(&BTreeMap::from([(LINE, 4)]));
        assert!(!rings(&mut listener).await);
        bells.compare(&BTreeMap::new());
        assert!(rings(&mut listener).await, "the line was forgotten");
    }

    #[test]
    fn listeners_are_bounded_and_leave_nothing_behind() {
        let bells = Bells::new(2);
        let (one, two) = (bells.listen(LINE).unwrap(), bells.listen(LINE).unwrap());
        assert!(bells.listen(LINE).is_none());
        drop(one);
        let three = bells.listen(Uuid::from_u128(2)).unwrap();
        assert_eq!(bells.lines().len(), 2);
        drop((two, three));
        assert!(bells.lines().is_empty());
    }
}
