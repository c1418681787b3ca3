//! Timers that could not wake their streams: each rests before it is tried again.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::Timer;
use crate::view::Retry;

/// Timers remembered at most. Those beyond are tried in each sweep: dearer, but no other timer waits for them.
const RESTING_MAX: usize = 16_384;

const REST: Retry = Retry { min: Duration::from_secs(1), max: Duration::from_secs(60) };

/// A timer whose rest has been over for so long is not there any more: another replica woke it, or its stream moved it.
const GONE: Duration = Duration::from_secs(60);

#[derive(Debug, Default)]
pub(super) struct Resting(HashMap<Timer, Rest>);

#[derive(Clone, Copy, Debug)]
struct Rest {
    pause: Duration,
    until: Instant,
}

impl Resting {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_resting(&self, timer: &Timer, now: Instant) -> bool {
        self.0.get(timer).is_some_and(|rest| now < rest.until)
    }

    /// It rests for twice as long as the last time.
    pub(super) fn failed(&mut self, timer: Timer, now: Instant) {
        let pause = self.0.get(&timer).map_or(REST.min, |rest| REST.after(rest.pause));
        if self.0.len() < RESTING_MAX || self.0.contains_key(&timer) {
            self.0.insert(timer, Rest { pause, until: now + pause });
        }
    }

    pub(super) fn forget(&mut self, timer: &Timer) {
        self.0.remove(timer);
    }

    /// Forgets those that are gone.
    pub(super) fn tidy(&mut self, now: Instant) {
        self.0.retain(|_, rest| now < rest.until + GONE);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use vigie_clock::Timestamp;

    use super::*;

    fn timer(number: u128) -> Timer {
        Timer { due: Timestamp::from_micros(7), stream_id: Uuid::from_u128(number) }
    }

    #[test]
    fn each_failure_makes_the_rest_longer_up_to_a_limit() {
        let (mut resting, mut now) = (Resting::default(), Instant::now());
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
            resting.failed(timer(1), now);
            now += Duration::from_secs(seconds);
            assert!(resting.is_resting(&timer(1), now - Duration::from_millis(1)), "{seconds} s");
            assert!(!resting.is_resting(&timer(1), now), "{seconds} s");
        }
    }

    #[test]
    fn who_woke_at_last_or_failed_under_another_instant_begins_anew() {
        let (mut resting, now) = (Resting::default(), Instant::now());
        resting.failed(timer(1), now);
        let moved = Timer { due: Timestamp::from_micros(8), ..timer(1) };
        assert!(!resting.is_resting(&moved, now));
        resting.forget(&timer(1));
        assert!(!resting.is_resting(&timer(1), now));
    }

    #[test]
    fn no_more_are_remembered_than_there_is_room_for_and_those_that_are_gone_make_room() {
        let (mut resting, now) = (Resting::default(), Instant::now());
        let beyond = RESTING_MAX as u128 + 1;
        for number in 1..=beyond {
            resting.failed(timer(number), now);
        }
        assert_eq!(resting.len(), RESTING_MAX);
        assert!(!resting.is_resting(&timer(beyond), now));
        resting.tidy(now + REST.min + GONE);
        assert_eq!(resting.len(), 0);
    }
}
