//! Why somebody could not be told yet.

use std::fmt::Debug;

use vigie_eventlog::reaction::Outcome;
use vigie_eventlog::{AppendError, ExecuteError, ReadError};

use crate::directory;

/// Why somebody could not be told yet. Names nobody.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// Who can be told is not known.
    #[error("the directory of contacts does not answer")]
    Directory(#[from] directory::Error),
    /// The log of notices cannot be read.
    #[error("the log of notices cannot be read")]
    Log(#[from] ReadError),
    /// The log of notices did not take it.
    #[error("the log of notices did not take it: {0}")]
    NotRecorded(String),
    /// Nobody knows whether the log of notices took it.
    #[error("the log of notices did not answer")]
    Unknown,
}

impl Error {
    /// Of a command that did not go through. A rejection's `Debug` names nobody.
    pub(crate) fn of<R: Debug>(error: &ExecuteError<R>) -> Self {
        match error {
            ExecuteError::Append(AppendError::OutcomeUnknown) => Self::Unknown,
            error => Self::NotRecorded(error.to_string()),
        }
    }

    /// How the attempt ended.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::Unknown => Outcome::Unknown(self.to_string()),
            error => Outcome::Failed(error.to_string()),
        }
    }
}
