//! A fact that came by the topic and could not be taken: malformed, or against a rule. It stops none of the others and is
//! not lost: it stays on the list until a person says what came of it. What it said is not kept here, for it may name
//! people; where it is on the topic is.
//!
//! To mend one, its sender corrects it and sends it again, under the same id if it was malformed; then it is settled here.

mod decide;
mod event;
mod rejection;

#[cfg(test)]
pub(crate) mod tests;

pub use decide::{Command, Decided, New, RejectedFact, decide, evolve, rejected_fact_id};
pub use event::{Event, Fact, FactRejected, RejectionSettled, Snapshot, name};
pub use rejection::Rejection;
