//! Why the view stopped or did not answer.

use std::path::PathBuf;

use vigie_eventlog::ReadError;
use vigie_eventlog::view::{self as any_view, Outlook};

use crate::view;

/// Why the view stopped or did not answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The view's own tables.
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
    /// So many wait for lines in this process already.
    #[error("{0} callers wait for lines already")]
    TooManyListeners(usize),
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
    /// What is to be expected of trying again. What cannot pass by itself stops the view loudly: better none than a wrong
    /// one.
    pub(crate) const fn outlook(&self) -> Outlook {
        match self {
            Self::View(view::Error::CheckpointMoved) => Outlook::Contended,
            Self::View(view::Error::Database(_))
            | Self::Log(ReadError::Database(_) | ReadError::Unreachable(_)) => Outlook::Passing,
            Self::View(error) => match error.poison() {
                Some(event_id) => Outlook::Poison { event_id },
                None => Outlook::Final,
            },
            Self::Log(_) | Self::Scratch { .. } | Self::RebuildUnderWay | Self::TooManyListeners(_) => {
                Outlook::Final
            }
        }
    }

    /// What a person does, where the message does not say it already.
    pub(crate) const fn advice(&self) -> Option<&'static str> {
        match self {
            Self::Log(ReadError::CheckpointRefused { .. }) | Self::View(view::Error::Corrupt { .. }) => Some(
                "Stop Vigie, run `vigie view start-over progress` (`vigie-progress start-over` where the view runs \
                     alone), and start it again",
            ),
            _ => None,
        }
    }
}
