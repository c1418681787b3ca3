//! A timer's row, and what a look at the rows finds.

use uuid::Uuid;
use vigie_clock::Timestamp;

/// A stream's timer. Their order is that of waking: the most overdue first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Timer {
    pub due: Timestamp,
    pub stream_id: Uuid,
}

impl Timer {
    /// Before all timers.
    pub(crate) const START: Self = Self { due: Timestamp::from_micros(i64::MIN), stream_id: Uuid::nil() };
}

/// What a look found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// What is due, in order.
    pub due: Vec<Timer>,
    /// When the first of those that are not due yet will be.
    pub next: Option<Timestamp>,
}
