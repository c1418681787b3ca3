//! Why the view could not be read or moved on.

use vigie_eventlog::ReadError;
use vigie_eventlog::reaction;
use vigie_eventlog::view::{self, Outlook};

/// What starts a view of another past, or one that does not read back, anew.
const START_OVER: &str = "Stop Vigie, run `vigie view start-over lines`, and start it again";

/// Why the view could not be read or moved on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It does not move on, or its database did not answer.
    #[error(transparent)]
    View(#[from] view::Error),
    /// The tables of the reaction that carries out the block list cannot be opened.
    #[error("the block list's reaction cannot be opened")]
    BlockList(#[source] reaction::Error),
    /// A stored row does not read back: rebuild the view.
    #[error("column {0} of a line does not read back: rebuild the view")]
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
            Self::BlockList(error) => error.outlook(),
            Self::Corrupt(_) => Outlook::Final,
        }
    }

    pub(super) const fn advice(&self) -> Option<&'static str> {
        match self {
            Self::View(view::Error::Log(ReadError::CheckpointRefused { .. })) | Self::Corrupt(_) => {
                Some(START_OVER)
            }
            Self::View(_) | Self::BlockList(_) => None,
        }
    }
}
