//! The timelines as tables: a projection of the lines log that can be dropped and rebuilt at any time.

mod bells;
mod condition;
mod projection;
mod query;
mod rebuild;
mod row;
mod table;

use uuid::Uuid;
use vigie_eventlog::Checkpoint;
use vigie_eventlog::view::PARKED_MAX;

pub(crate) use bells::Bells;
pub use bells::Listener;
pub use condition::{Sight, Window};
pub(crate) use projection::{View, standing};
pub use query::{ActFilter, ActKey, Head, Mark, News};
pub(crate) use query::{act, acts, head, news, timeline};
pub(crate) use rebuild::rebuild;
pub(crate) use table::{MIGRATIONS, digest};

use crate::domain::Gap;
use crate::events::Unreadable;

/// How far the view has read, and what it met on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Everything up to here is taken in.
    pub checkpoint: Checkpoint,
    /// Events of a type that this build does not know: shown, and nothing concluded.
    pub unknown_events: i64,
    /// Lines that wait behind an event that cannot be read.
    pub parked_streams: i64,
}

/// Why the view could not be read or moved on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database did not do it.
    #[error("the progress view's database refused or did not answer")]
    Database(#[from] sqlx::Error),
    /// Another process moved the checkpoint: read it again and go on from there (rule 22).
    #[error("another process moved the progress view's checkpoint")]
    CheckpointMoved,
    /// An event is missing.
    #[error(transparent)]
    Gap(#[from] Gap),
    /// An event cannot be read: its line waits there, the others go on.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// So many lines are parked that it cannot be the events.
    #[error("{PARKED_MAX} lines are parked already: it is not the events that are wrong")]
    TooManyParked,
    /// An event claims an act of another line: ids of acts are not unique in this log.
    #[error("event {event_id} claims act {act_id}, which belongs to line {line_id}")]
    ActOfTwoLines {
        /// The event.
        event_id: Uuid,
        /// The act.
        act_id: Uuid,
        /// The line that has it.
        line_id: Uuid,
    },
    /// A stored row does not read back: rebuild the view.
    #[error("the row of {id} does not read back from column {column}: rebuild the view")]
    Corrupt {
        /// The row's key.
        id: Uuid,
        /// The column.
        column: &'static str,
    },
}

impl Error {
    /// The event that cannot be taken in, where it is one that is wrong.
    pub(crate) const fn poison(&self) -> Option<Uuid> {
        match self {
            Self::Unreadable(Unreadable { event_id, .. }) | Self::ActOfTwoLines { event_id, .. } => {
                Some(*event_id)
            }
            _ => None,
        }
    }
}
