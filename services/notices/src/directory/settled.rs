//! Whether the directory has caught up with its log.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};
use vigie_eventlog::view::{BATCH_MAX, State};

/// A directory that follows and has moved for so long no more has nothing more to read.
const QUIET: Duration = Duration::from_millis(250);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(25);

/// What the directory's batches say of how far behind it is.
#[derive(Default)]
pub(super) struct Settled(Mutex<Option<Moved>>);

#[derive(Clone, Copy)]
struct Moved {
    at: Instant,
    /// There is probably more right behind.
    was_full: bool,
}

impl Settled {
    /// It took so many events in.
    pub(super) fn moved(&self, events: usize) {
        *self.0.lock() = Some(Moved { at: Instant::now(), was_full: events >= BATCH_MAX });
    }

    /// Waits until it has caught up.
    pub(super) async fn wait(&self, states: &mut watch::Receiver<State>) {
        // Fails only when the follower is gone; the caller's time is bounded.
        let _ = states.wait_for(|state| *state == State::Following).await;
        let since = Instant::now();
        loop {
            let moved = *self.0.lock();
            let has_caught_up = match moved {
                Some(moved) if !moved.was_full => true,
                Some(moved) => moved.at.elapsed() >= QUIET,
                None => since.elapsed() >= QUIET,
            };
            if has_caught_up {
                return;
            }
            sleep(LOOK).await;
        }
    }
}
