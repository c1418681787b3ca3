//! How the rows are gone through.
//!
//! A sweep begins before all rows and goes on behind what it has seen, so that what cannot be woken, or was woken and is
//! still being cleared away by the database, is not read again and again. A new one begins often enough to find what was
//! set to an instant behind it: by another replica, or in the past.

use std::time::Duration;

use tokio::time::Instant;
use vigie_clock::Timestamp;

use super::Timer;
use super::race::Race;
use super::resting::Resting;

/// From the begin of a sweep that has seen all to that of the next, and so between two looks at most.
const SWEEP: Duration = Duration::from_millis(200);

/// A sweep that never comes to its end, because more becomes due all the time, is broken off after this.
const SWEEP_MAX: Duration = Duration::from_secs(5);

/// Between two looks at least: what becomes due meanwhile shares a commit.
const BREATH: Duration = Duration::from_millis(10);

#[derive(Debug)]
pub(super) struct Sweep {
    after: Timer,
    began: Instant,
    pub(super) resting: Resting,
    pub(super) race: Race,
}

impl Sweep {
    pub(super) fn begin(now: Instant) -> Self {
        Self { after: Timer::START, began: now, resting: Resting::default(), race: Race::default() }
    }

    pub(super) fn after(&self) -> Timer {
        self.after
    }

    pub(super) fn is_at_start(&self) -> bool {
        self.after == Timer::START
    }

    /// All up to `timer` has been seen.
    pub(super) fn came_to(&mut self, timer: Timer) {
        self.after = timer;
    }

    /// Before the next look: begins a new sweep when it is time. `has_more`: this one has not seen all that is due.
    pub(super) fn go_on(&mut self, now: Instant, has_more: bool) {
        if now.duration_since(self.began) >= if has_more { SWEEP_MAX } else { SWEEP } {
            (self.after, self.began) = (Timer::START, now);
            self.race = Race::default();
            self.resting.tidy(now);
        }
    }
}

/// How long to wait for the next timer, of which others may know that it was set to an earlier instant meanwhile.
pub(super) fn pause(now: Timestamp, next: Option<Timestamp>) -> Duration {
    next.map_or(SWEEP, |next| next.since(now).clamp(BREATH, SWEEP))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(micros)
    }

    #[test]
    fn the_next_look_is_when_the_next_timer_is_due_but_neither_at_once_nor_late() {
        assert_eq!(pause(at(0), None), SWEEP);
        assert_eq!(pause(at(0), Some(at(50_000))), Duration::from_millis(50));
        assert_eq!(pause(at(0), Some(at(1))), BREATH);
        assert_eq!(pause(at(9), Some(at(5))), BREATH, "due since the look");
        assert_eq!(pause(at(0), Some(at(3_600_000_000))), SWEEP);
    }

    #[test]
    fn a_sweep_that_has_seen_all_soon_gives_way_to_the_next_and_one_that_has_not_does_so_late() {
        let began = Instant::now();
        let seen = Timer { due: at(5), stream_id: Uuid::from_u128(1) };
        let mut sweep = Sweep::begin(began);
        sweep.came_to(seen);
        sweep.go_on(began + SWEEP / 2, false);
        assert_eq!(sweep.after(), seen);
        sweep.go_on(began + SWEEP, true);
        assert_eq!(sweep.after(), seen, "there is more behind");
        sweep.go_on(began + SWEEP, false);
        assert!(sweep.is_at_start());
        sweep.came_to(seen);
        sweep.go_on(began + SWEEP + SWEEP_MAX, true);
        assert!(sweep.is_at_start(), "what lies behind is not forgotten for ever");
    }
}
