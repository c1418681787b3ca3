//! Reactions: event in → command out, the only way in which a log causes anything outside of itself (rule 26).
//!
//! A reaction has two halves. The deciding one is a cursor along the log, as a view has: pure, and what it decides is
//! stored in the transaction that moves the cursor. The other one carries out what is stored: one effect at a time per
//! stream, in the stream's order, over and over until it is done or waits for a person.
//!
//! An effect comes to its receiver at least once, always under the same request id; that it counts once is the
//! receiver's part. Each attempt is recorded before it begins and after it has ended, so that one whose end is not known
//! is known as such ([`Effect::maybe_done`]).
//!
//! Invariants: nothing of a reaction is in a view's tables, so that no rebuild repeats an effect. A reaction that is new
//! begins where it is told, never at the log's beginning by itself. One reaction has one schema or file.

mod carrier;
mod decider;
mod effect;
mod error;
mod judging;
mod kept;
mod metrics;
mod options;
mod oversight;
mod queue;
mod reactor;
mod ruling;
mod span;
mod store;

pub use effect::{Effect, Outcome, Reaction, Unreadable};
pub use error::Error;
pub use kept::{Kept, Progress};
pub use options::Options;
pub use oversight::{Oversight, Unfinished};
pub use reactor::Reactor;
pub use ruling::{Ruled, Ruling};

/// Commands that one event may lead to, at most.
pub const COMMANDS_MAX: usize = 16;

/// Bytes of one command as JSON, at most.
pub const COMMAND_BYTES_MAX: usize = 64 << 10;
