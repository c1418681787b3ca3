//! Why the ledger stopped or did not answer.

use std::path::PathBuf;

use vigie_eventlog::ReadError;
use vigie_eventlog::view::{self as any_view, Outlook};

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

impl From<any_view::Error> for Error {
    fn from(error: any_view::Error) -> Self {
        match error {
            any_view::Error::Database(error) => Self::View(error.into()),
            any_view::Error::CheckpointMoved => Self::View(view::Error::CheckpointMoved),
            any_view::Error::TooManyParked => Self::View(view::Error::TooManyParked),
            any_view::Error::Scratch { path, source } => Self::Scratch { path, source },
            any_view::Error::Log(error) => Self::Log(error),
        }
    }
}

impl Error {
    /// What is to be expected of trying again. What cannot pass by itself stops the ledger loudly: better none than a wrong
    /// one.
    pub(crate) const fn outlook(&self) -> Outlook {
        match self {
            Self::View(view::Error::CheckpointMoved) => Outlook::Contended,
            Self::View(view::Error::Database(_))
            | Self::Log(ReadError::Database(_) | ReadError::Unreachable(_)) => Outlook::Passing,
            Self::View(_) | Self::Log(_) | Self::Scratch { .. } | Self::RebuildUnderWay => Outlook::Final,
        }
    }

    /// Whether what the ledger has of the log that it read is to be computed anew.
    pub(crate) const fn wants_a_new_start(&self) -> bool {
        matches!(
            self,
            Self::Log(ReadError::CheckpointRefused { .. })
                | Self::View(view::Error::Corrupt { .. } | view::Error::UnknownVerdict)
        )
    }
}
