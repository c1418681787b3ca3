//! Why a view does not move on, whatever it shows.

use std::path::PathBuf;

use super::Outlook;
use crate::log::ReadError;

/// Why a view does not move on, whatever it shows.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The view's own database did not do it.
    #[error("the view's database refused or did not answer")]
    Database(#[from] sqlx::Error),
    /// Another process moved the checkpoint: read it again and go on from there (rule 22).
    #[error("another process moved the view's checkpoint")]
    CheckpointMoved,
    /// So many streams are parked that it cannot be the events.
    #[error("{} streams are parked already: it is not the events that are wrong", super::PARKED_MAX)]
    TooManyParked,
    /// The scratch file of a rebuild.
    #[error("the scratch file {path} of a rebuild cannot be removed")]
    Scratch {
        /// The file.
        path: PathBuf,
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// The log cannot be read, or its past is not the one that the view has read.
    #[error(transparent)]
    Log(#[from] ReadError),
}

impl Error {
    /// What is to be expected of trying again. What cannot pass by itself stops a view loudly: better none than a wrong
    /// one.
    pub const fn outlook(&self) -> Outlook {
        match self {
            Self::CheckpointMoved => Outlook::Contended,
            Self::Database(_) | Self::Log(ReadError::Database(_) | ReadError::Unreachable(_)) => {
                Outlook::Passing
            }
            Self::TooManyParked
            | Self::Scratch { .. }
            | Self::Log(ReadError::Gap { .. } | ReadError::CheckpointRefused { .. }) => Outlook::Final,
        }
    }
}
