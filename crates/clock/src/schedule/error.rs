//! Why a time cannot be reckoned.

use crate::{CalendarError, Timestamp};

/// Why a time cannot be reckoned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Before the first or after the last year that schedules cover.
    #[error("{0} is outside of the years {first} to {last}", first = super::FIRST_YEAR, last = super::LAST_YEAR)]
    OutOfSpan(Timestamp),
    /// Not so much open time before the end of the last year that schedules cover.
    #[error("not enough open time after {0} until the end of {last}", last = super::LAST_YEAR)]
    NeverWithinSpan(Timestamp),
    /// The calendar that a term or hours name is not known here.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// A term of no time is broken before it begins; one of ten years is a slip of the pen.
    #[error("a term lasts at least a microsecond, whole ones, and at most {max} days", max = crate::term::DAYS_MAX)]
    UnusableTerm,
}
