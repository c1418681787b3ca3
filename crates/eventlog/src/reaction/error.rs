//! Why a reaction does not move on.

use uuid::Uuid;

use crate::view::{self, Outlook};

/// Why a reaction does not move on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Its cursor along the log does not.
    #[error(transparent)]
    Cursor(#[from] view::Error),
    /// An event cannot be read: its stream is parked.
    #[error("{why}")]
    Unreadable {
        /// The event.
        event_id: Uuid,
        /// What the reaction says of it.
        why: String,
    },
    /// So much is to be done that no more is decided until some of it is.
    #[error("{0} effects are not finished: no more is decided until some are")]
    QueueFull(i64),
    /// The tables are another reaction's, or this one's under another name: under a new one everything would be new.
    #[error("the tables are of the reaction {found}, not of {expected}")]
    OtherReaction {
        /// The name in the tables.
        found: String,
        /// The name of this one.
        expected: &'static str,
    },
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Cursor(error.into())
    }
}

impl Error {
    /// What is to be expected of trying again.
    pub const fn outlook(&self) -> Outlook {
        match self {
            Self::Cursor(error) => error.outlook(),
            Self::Unreadable { event_id, .. } => Outlook::Poison { event_id: *event_id },
            Self::QueueFull(_) => Outlook::Passing,
            Self::OtherReaction { .. } => Outlook::Final,
        }
    }
}
