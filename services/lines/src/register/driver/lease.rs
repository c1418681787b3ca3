//! The right to write to the register for one line, for a while (EVENTLOG.md, rule 27).

use std::time::Duration;

use tokio::time::Instant;
use vigie_clock::Timestamp;
use vigie_eventlog::Lease;

/// A lease that this process holds, by its own monotonic clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// Fencing number.
    pub(crate) fence: i64,
    /// Not used after this.
    pub(crate) expires: Instant,
    /// Somebody before did not give it back and may have a write under way.
    pub(crate) taken_over: bool,
}

impl Held {
    /// A lease asked for at `asked`: the database stamped its end later than that, so it lasts at least `ttl` from there.
    pub(crate) fn since(asked: Instant, lease: &Lease, ttl: Duration) -> Self {
        Self { fence: lease.fence, expires: asked + ttl, taken_over: lease.taken_over }
    }

    /// A lease of which only its end by the database's clock is known. Own clock and the database's may be `skew` apart; a
    /// process that stood still since then finds it over.
    pub(crate) fn until(lease: &Lease, now: Timestamp, skew: Duration, ttl: Duration) -> Self {
        let left = lease.until.since(now).saturating_sub(skew).min(ttl);
        Self { fence: lease.fence, expires: Instant::now() + left, taken_over: lease.taken_over }
    }

    /// Whether there is time for something that takes `needed`.
    pub(crate) fn lasts(&self, needed: Duration) -> bool {
        Instant::now() + needed < self.expires
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_lease_is_never_thought_longer_than_it_is() {
        let second = Duration::from_secs(1);
        let now = Timestamp::from_micros(1_000_000_000);
        let lease =
            Lease { granted: true, holder: None, fence: 7, until: now.plus(second * 2), taken_over: false };
        let skewed = Held::until(&lease, now, second / 2, second * 2);
        assert!(skewed.lasts(second) && !skewed.lasts(second * 3 / 2));
        let clock_stepped_back = Held::until(&lease, now.minus(second * 100), Duration::ZERO, second * 2);
        assert!(!clock_stepped_back.lasts(second * 2));
        let stood_still = Held::until(&lease, now.plus(second * 5), Duration::ZERO, second * 2);
        assert!(!stood_still.lasts(Duration::ZERO));
        let asked = Instant::now();
        tokio::time::advance(second).await;
        assert!(!Held::since(asked, &lease, second * 2).lasts(second));
    }
}
