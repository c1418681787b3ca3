//! Why a test could not get what it needs.

use std::fmt;
use std::time::Duration;

/// One line that says what to do; `Debug` prints the same, so that `unwrap()` in a test reads well.
#[derive(Clone, thiserror::Error)]
pub enum Error {
    /// A third-party part is not on this machine.
    #[error("{part} not found: {advice}")]
    Missing {
        /// The part.
        part: String,
        /// What to install or which variable to set.
        advice: String,
    },
    /// A part did not do what was asked of it.
    #[error("{part}: {reason}")]
    Failed {
        /// The part.
        part: String,
        /// What went wrong, with the end of its log where there is one.
        reason: String,
    },
    /// Something awaited did not come.
    #[error("waited {} ms for {what}", waited.as_millis())]
    TimedOut {
        /// What was awaited.
        what: String,
        /// For how long.
        waited: Duration,
    },
}

impl Error {
    pub(crate) fn failed(part: &str, reason: impl fmt::Display) -> Self {
        Self::Failed { part: part.to_owned(), reason: reason.to_string() }
    }

    pub(crate) fn timed_out(what: impl fmt::Display, waited: Duration) -> Self {
        Self::TimedOut { what: what.to_string(), waited }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
