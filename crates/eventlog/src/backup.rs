//! One engine-neutral file of exact rows, and back (rule 13).
//!
//! JSON lines: a header, a row a line, and a last line with the count and the SHA-256 of all before it. A file
//! without its last line, or with another sum, is refused whole.

mod file;
mod intake;
mod restore;
mod take;

pub use restore::{named_in, restore, restore_above};
pub use take::Piece;

use crate::log::ReadError;

/// Type of the event that starts a new incarnation.
pub const RESTORED_EVENT: &str = "vigie.log.restored.v1";

/// Why a backup cannot be taken or restored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The log cannot be read.
    #[error("the log cannot be read")]
    Read(#[from] ReadError),
    /// The database refuses or cannot be reached.
    #[error("the database refuses")]
    Database(#[from] sqlx::Error),
    /// Whoever received the pieces is gone.
    #[error("the receiver of the backup went away")]
    ReceiverGone,
    /// The file cannot be read.
    #[error("the backup file cannot be read")]
    Io(#[from] std::io::Error),
    /// The file is not a whole backup.
    #[error("line {line}: {why}")]
    Malformed {
        /// From 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// A restore goes into an empty log only.
    #[error("the log is not empty: it has events up to position {0}. Restore into an empty one")]
    NotEmpty(i64),
    /// The restored log cannot be opened.
    #[error("the restored log cannot be opened")]
    Open(#[from] crate::log::OpenError),
    /// The event that starts the new incarnation could not be appended.
    #[error("the new incarnation could not be started")]
    Append(#[from] crate::append::AppendError),
}

/// How far a backup or restore is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// Rows done.
    pub rows_done: u64,
    /// Rows in all.
    pub rows_total: u64,
}
