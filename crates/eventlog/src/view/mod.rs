//! What every view of a log shares: where events come from, how its tables follow them, and how it starts over.
//!
//! A view is tables computed from a log, and its [`Projection`] says how. A [`Follower`] moves it on for as long as a
//! process runs, a [`Cursor`] one batch at a time.
//!
//! Invariant: views cause nothing (rule 26). All that a projection does is write into its own tables, in the transaction
//! that moves its checkpoint (rule 22).

mod checkpoint;
mod condition;
mod cursor;
mod digest;
mod error;
mod follower;
mod in_use;
mod metrics;
pub(crate) mod parked;
mod parking;
mod projection;
mod rebuild;
mod release;
mod retry;
mod rows;
mod source;
mod table;

pub use checkpoint::CheckpointTable;
pub use condition::Condition;
pub use cursor::Cursor;
pub use digest::{Digest, digest};
pub use error::Error;
pub use follower::{Follower, State};
pub use in_use::is_in_use;
pub use parked::{PARKED_MAX, PARKED_STREAMS, ParkedStream, Released, Skip};
pub use parking::{Error as ParkingError, Parking};
pub use projection::{Outlook, Projection};
pub use rebuild::{Comparison, Step, advance, discard_scratch, open_scratch, scratch_location};
pub use retry::Retry;
pub use rows::{Upsert, select_among};
pub use source::{Batch, Feed, Source};
pub use table::{Column, Table};

/// Events in one transaction, at most.
pub const BATCH_MAX: usize = 512;
