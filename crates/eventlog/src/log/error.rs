//! Why a log cannot be opened or read.

use std::path::PathBuf;

/// Why a log cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database refuses or cannot be reached.
    #[error("the event log cannot be opened")]
    Database(#[source] sqlx::Error),
    /// Another process has the file (one process per file).
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// The lock file cannot be made.
    #[error("{} cannot be locked", .0.display())]
    Lock(PathBuf, #[source] std::io::Error),
    /// The database would lose what it acknowledged (rule 8).
    #[error("{0}")]
    NotDurable(String),
}

/// Why events cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database refuses or cannot be reached.
    #[error("the event log cannot be read")]
    Database(#[from] sqlx::Error),
    /// The log is served by another process, which cannot be reached or does not let us read.
    #[error("the event log cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Positions are dense; one is missing (rule 2).
    #[error("position {expected} is missing: the log goes on at {found}. Stop, and run `vigie log verify`")]
    Gap {
        /// The position that should have come.
        expected: i64,
        /// The position that came.
        found: i64,
    },
    /// The log's past is not the reader's (rule 13): it was restored from an older backup, or tampered with.
    #[error(
        "the checkpoint at position {position} of incarnation {incarnation} is not in this log, whose head is at \
         position {head}: the log was restored or changed. Rebuild this reader from the log"
    )]
    CheckpointRefused {
        /// The reader's position.
        position: i64,
        /// The reader's incarnation.
        incarnation: i64,
        /// The log's head.
        head: i64,
    },
}
