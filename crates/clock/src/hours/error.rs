//! Why opening hours make no sense.

use jiff::civil::Date;

use super::{EXCEPTIONS_MAX, REASON_CHARS_MAX, SHIFTS_MAX, Window};

/// Why opening hours make no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not `HH:MM-HH:MM`, or empty.
    #[error("{0:?} is no opening window: write HH:MM-HH:MM, midnight at the end as 24:00")]
    NotAWindow(String),
    /// Two shifts of a week at once.
    #[error("{first} and {second} of {day} overlap")]
    Overlap {
        /// The weekday, date or rule on which the later one opens.
        day: String,
        /// The one that opens first.
        first: Window,
        /// The one that opens before the first has closed.
        second: Window,
    },
    /// More shifts than a day has use for.
    #[error("{day} has more than {SHIFTS_MAX} windows")]
    TooManyShifts {
        /// The weekday, date or rule.
        day: String,
    },
    /// No window in the whole week: nothing could ever fall due.
    #[error("not open on any day of the week")]
    NeverOpen,
    /// Two exceptions for one date.
    #[error("{0} is excepted twice")]
    ExceptedTwice(Date),
    /// More exceptions than anybody reads.
    #[error("more than {EXCEPTIONS_MAX} exceptions")]
    TooManyExceptions,
    /// An exception whose reason is missing or a treatise.
    #[error("the reason for the exception on {0} is empty or longer than {REASON_CHARS_MAX} characters")]
    Reason(Date),
}
