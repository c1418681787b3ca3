//! Why the ledger stopped or did not answer.

use std::path::PathBuf;

use vigie_eventlog::ReadError;

use crate::view;

/// Why the ledger stopped or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The ledger's own tables.
    #[error(transparent)]
    View(#[from] view::Error),
    /// The log that it reads.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// The scratch file of a rebuild.
    #[error("the scratch file {path} of a rebuild cannot be removed")]
    Scratch {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// One rebuild at a time.
    #[error("a rebuild is under way")]
    RebuildUnderWay,
}

impl Error {
    /// Whether trying again can help. What cannot pass by itself stops the ledger loudly: better none than a wrong one.
    pub(crate) fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::View(view::Error::Database(_) | view::Error::CheckpointMoved)
                | Self::Log(ReadError::Database(_))
        )
    }
}
