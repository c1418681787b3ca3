//! Why work on a line stopped before its end.

use std::time::Duration;

use crate::domain::{Line, Rejection};
use crate::register::Error;
use vigie_eventlog::{AppendError, ExecuteError};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Stop {
    /// The register did not do it.
    #[error(transparent)]
    Register(Error),
    /// The register took a write and shows something else.
    #[error("the register took a write and shows something else")]
    Differs,
    /// What the register holds does not fit what is asked.
    #[error("{0}")]
    Conflict(&'static str),
    /// Somebody else holds the lease for about this long.
    #[error("another process is at work on this line")]
    Elsewhere(Duration),
    /// Too little of the lease is left to begin a write.
    #[error("the lease is about to end")]
    LeaseStale,
    /// The lease was over when a write was answered.
    #[error("a write was answered after its lease had ended")]
    LateAnswer,
    /// The lease is somebody else's by now.
    #[error("the lease was lost")]
    LeaseLost,
    /// The line changed meanwhile, again and again.
    #[error("the line changed too often meanwhile")]
    Restless,
    /// The log did not answer, or not clearly.
    #[error("the log: {0}")]
    Log(String),
    /// The table of watches cannot be written, so nothing else may be either.
    #[error("the table of watches cannot be written")]
    Watch(#[source] sqlx::Error),
}

impl Stop {
    pub(crate) fn log(error: ExecuteError<Rejection>) -> Self {
        match error {
            ExecuteError::Append(AppendError::LeaseLost(_)) => Self::LeaseLost,
            other => Self::Log(other.to_string()),
        }
    }
}

impl From<ExecuteError<<Line as vigie_eventlog::Aggregate>::Rejection>> for Stop {
    fn from(error: ExecuteError<Rejection>) -> Self {
        Self::log(error)
    }
}
