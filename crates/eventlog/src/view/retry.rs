//! Pauses between tries.

use std::time::Duration;

/// Pauses between tries: the first, doubling up to the longest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// After the first failure.
    pub min: Duration,
    /// The longest.
    pub max: Duration,
}

impl Retry {
    /// The pause after one of `pause`.
    pub(crate) fn after(&self, pause: Duration) -> Duration {
        (pause * 2).min(self.max)
    }
}

impl Default for Retry {
    fn default() -> Self {
        Self { min: Duration::from_millis(50), max: Duration::from_secs(5) }
    }
}
