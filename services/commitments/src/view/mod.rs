//! The ledger as tables: projections of the logs of `lines` and `routing` that can be dropped and rebuilt at any time.

mod follows;
mod projection;
mod promise_row;
mod query;
mod rebuild;
mod row;
mod table;

use uuid::Uuid;
use vigie_eventlog::Checkpoint;

pub(crate) use follows::{OfLines, OfRouting};
pub(crate) use projection::{Ledger, standing};
pub use query::{AnyCase, PageKey, Sight, Window};
pub(crate) use query::{CaseFilter, Period, cases, indicator};
pub(crate) use rebuild::{Feeds, rebuild};
pub(crate) use table::{MIGRATIONS, digest};

use crate::domain::Gap;

/// How far the ledger has read, and what it met on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Everything up to here is taken in.
    pub checkpoint: Checkpoint,
    /// Events of a type that this build does not know; skipped.
    pub unknown_events: i64,
    /// Lines that wait behind an event that cannot be read.
    pub parked_streams: i64,
}

/// Why the view could not be read or moved on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database did not do it.
    #[error("the ledger's database refused or did not answer")]
    Database(#[from] sqlx::Error),
    /// Another process moved the checkpoint: read it again and go on from there (rule 22).
    #[error("another process moved the ledger's checkpoint")]
    CheckpointMoved,
    /// The ledger stops a case that it cannot read and parks nothing: this does not happen.
    #[error("streams are parked where none should be")]
    TooManyParked,
    /// An event is missing.
    #[error(transparent)]
    Gap(#[from] Gap),
    /// Two lines claim one act: ids of acts are not unique in this log.
    #[error("act {act_id} belongs to line {subject_id} and is claimed by another")]
    ActOfTwoLines {
        /// The act.
        act_id: Uuid,
        /// The line that has its case.
        subject_id: Uuid,
    },
    /// A stored row does not read back: rebuild the ledger.
    #[error("case {case_id} does not read back from column {column}: rebuild the ledger")]
    Corrupt {
        /// The case.
        case_id: Uuid,
        /// The column.
        column: &'static str,
    },
    /// A stored verdict is none of ours: rebuild the ledger.
    #[error("a stored verdict is not known to this build: rebuild the ledger")]
    UnknownVerdict,
}
