//! Why a clock does not take what happened.

use super::{PAUSES_MAX, PROMISES_MAX, REOPENINGS_MAX, RUNS_MAX};
use crate::{CauseKind, ScheduleError, Timestamp};

/// Why a clock does not take what happened. Nothing has changed then.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing of a case is older than its clock.
    #[error("{at} is before the clock started, {started_at}")]
    BeforeStart {
        /// When it is said to have happened.
        at: Timestamp,
        /// When the clock started.
        started_at: Timestamp,
    },
    /// The clock has ended; reopen it first.
    #[error("the clock has ended at {0}")]
    Ended(Timestamp),
    /// Only what has ended can be reopened.
    #[error("the clock has not ended")]
    NotEnded,
    /// It already waits for that.
    #[error("the clock waits for {0} already")]
    AlreadyPaused(CauseKind),
    /// It does not wait for that.
    #[error("the clock does not wait for {0}")]
    NotPaused(CauseKind),
    /// Time runs one way.
    #[error("{end} is before {start}")]
    EndsBeforeStart {
        /// When it starts.
        start: Timestamp,
        /// When it is said to end.
        end: Timestamp,
    },
    /// More pauses than a case has use for.
    #[error("more than {PAUSES_MAX} pauses")]
    TooManyPauses,
    /// More promises than a customer can be told.
    #[error("more than {PROMISES_MAX} promises")]
    TooManyPromises,
    /// Reopened more often than a case is worked on.
    #[error("reopened more than {REOPENINGS_MAX} times")]
    TooManyReopenings,
    /// More clocks than a case has use for.
    #[error("more than {RUNS_MAX} clocks")]
    TooManyClocks,
    /// A clock of that name runs: it is not overwritten.
    #[error("the clock {0:?} runs already")]
    AlreadyRuns(String),
    /// No clock of that name was ever started.
    #[error("there is no clock {0:?}")]
    NoSuchClock(String),
    /// No clock starts in a case that has ended.
    #[error("the case has ended at {0}")]
    CaseEnded(Timestamp),
    /// The term gives no time.
    #[error(transparent)]
    Term(#[from] ScheduleError),
}
