//! How the driver behaves.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bounds and times; the defaults are those of LINES.md.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Workers, each with a session of its own; one serves loss and theft only. At least 2.
    pub workers: usize,
    /// How long a line's lease lasts, in milliseconds.
    pub lease_ttl_ms: u64,
    /// Longest call to the register, in milliseconds, as the register's adapter is configured.
    pub call_timeout_ms: u64,
    /// What a lease must last beyond a call when a write begins, in milliseconds.
    pub lease_margin_ms: u64,
    /// First pause before another try, in milliseconds; doubles.
    pub retry_min_ms: u64,
    /// Longest pause while the register does not answer, in milliseconds.
    pub retry_max_ms: u64,
    /// Longest pause while the register says no, in milliseconds.
    pub refused_retry_max_ms: u64,
    /// Between two scans for lines that nobody nudged, in milliseconds.
    pub scan_every_ms: u64,
    /// How long a line is watched after a write of unknown effect, in milliseconds.
    pub watch_for_ms: u64,
    /// Between two looks at a watched line, in milliseconds.
    pub watch_every_ms: u64,
    /// Between two comparisons of all lines, in seconds.
    pub sweep_every_s: u64,
    /// Differences above which the reconciler stops, at least this many …
    pub drift_lines_max: u64,
    /// … or this many of a thousand lines, whichever is more.
    pub drift_per_mille_max: u64,
    /// A command that waits longer is overdue, in milliseconds.
    pub overdue_after_ms: u64,
    /// Lines that wait for a worker.
    pub queue_max: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            workers: 4,
            lease_ttl_ms: 2_000,
            call_timeout_ms: 500,
            lease_margin_ms: 100,
            retry_min_ms: 100,
            retry_max_ms: 2_000,
            refused_retry_max_ms: 10_000,
            scan_every_ms: 1_000,
            watch_for_ms: 60_000,
            watch_every_ms: 1_000,
            sweep_every_s: 15 * 60,
            drift_lines_max: 20,
            drift_per_mille_max: 1,
            overdue_after_ms: 60_000,
            queue_max: 65_536,
        }
    }
}

macro_rules! durations {
    ($($name:ident: $field:ident),*) => {$(
        pub(crate) const fn $name(&self) -> Duration {
            Duration::from_millis(self.$field)
        }
    )*};
}

impl Options {
    durations!(
        lease_ttl: lease_ttl_ms, retry_min: retry_min_ms, retry_max: retry_max_ms, refused_retry_max: refused_retry_max_ms,
        scan_every: scan_every_ms, watch_for: watch_for_ms, watch_every: watch_every_ms, overdue_after: overdue_after_ms
    );

    pub(crate) const fn sweep_every(&self) -> Duration {
        Duration::from_secs(self.sweep_every_s)
    }

    /// A write begins only under a lease that lasts this long.
    pub(crate) const fn write_needs(&self) -> Duration {
        Duration::from_millis(self.call_timeout_ms.saturating_add(self.lease_margin_ms))
    }

    /// The pause before another try after `attempts` in vain.
    pub(crate) fn backoff(&self, attempts: u32, longest: Duration) -> Duration {
        self.retry_min().saturating_mul(1 << attempts.min(16)).min(longest)
    }

    /// More differences than this among `lines` stop the reconciler.
    pub(crate) const fn drift_limit(&self, lines: u64) -> u64 {
        let share = lines.saturating_mul(self.drift_per_mille_max) / 1000;
        if share > self.drift_lines_max { share } else { self.drift_lines_max }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drift_limit_is_20_lines_or_one_in_a_thousand() {
        let options = Options::default();
        assert_eq!(
            [0, 1_000, 20_000, 21_000, 100_000].map(|lines| options.drift_limit(lines)),
            [20, 20, 20, 21, 100]
        );
    }

    #[test]
    fn pauses_double_up_to_the_longest() {
        let options = Options::default();
        let pauses =
            [0, 1, 2, 4, 5, 40].map(|attempts| options.backoff(attempts, options.retry_max()).as_millis());
        assert_eq!(pauses, [100, 200, 400, 1_600, 2_000, 2_000]);
    }
}
