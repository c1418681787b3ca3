//! Why the directory could not be read or moved on.

use vigie_eventlog::ReadError;
use vigie_eventlog::view::{self, Outlook};

/// Why the directory could not be read or moved on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not move on, or its database did not answer.
    #[error(transparent)]
    View(#[from] view::Error),
    /// A stored row does not read back: start the directory over.
    #[error("column {0} of the directory does not read back: start it over")]
    Corrupt(&'static str),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::View(error.into())
    }
}

impl Error {
    pub(super) const fn outlook(&self) -> Outlook {
        match self {
            Self::View(error) => error.outlook(),
            Self::Corrupt(_) => Outlook::Final,
        }
    }

    pub(super) const fn advice(&self) -> Option<&'static str> {
        match self {
            Self::View(view::Error::Log(ReadError::CheckpointRefused { .. })) | Self::Corrupt(_) => {
                Some("Start the directory of notices over: it is computed anew from the log of routing")
            }
            Self::View(_) => None,
        }
    }
}
