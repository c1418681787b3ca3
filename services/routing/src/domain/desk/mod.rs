//! A desk: a team that customers reach, with whom it serves and when it answers.

mod command;
mod decide;
mod event;
mod evolve;
mod particulars;
mod rejection;
mod snapshot;
#[cfg(test)]
pub(crate) mod tests;

pub use command::{Command, NewDesk, OverflowDesk};
pub use decide::{Decided, OVERFLOW_STEPS_MAX, decide};
pub use event::{DeskChanged, DeskClosed, DeskRegistered, Event, Fact, name};
pub use evolve::{Desk, evolve};
pub use particulars::{Particulars, Purpose};
pub use rejection::Rejection;
pub use snapshot::Snapshot;
