//! What came of a contact, as an existing contact centre tells it: the raw material of the six indicators (promises 5.2.1,
//! 5.3.1, 5.4.1), of who handled it (5.1.1, 5.1.2, 5.4.1) and of the hours that were held (3.1).
//!
//! Facts come late, twice and in any order. A contact is the set of its facts and nothing else, so that what it shows is
//! the same whichever came first; a fact's id keeps a repeat from counting twice. Beside a fact that says who calls or for
//! what stands what the operator's base said at that moment ([`Pinned`]): a segment that changes later changes no verdict.

mod command;
mod decide;
mod event;
mod pinned;
mod rejection;
mod snapshot;
mod state;

#[cfg(test)]
pub(crate) mod tests;

pub use command::{Attachment, Command, Report};
pub use decide::{Decided, decide, next_due};
pub use event::{
    CallbackKept, CallbackMissed, CallbackOverdue, CallbackPromised, Caller, ContactAbandoned,
    ContactAnswered, ContactEnded, ContactOffered, ContactQualified, ContactRepeated, ContactSplit,
    ContactTakenInCharge, ContactTransferred, Event, Fact, PartAttached, QualityGraded, SurveyAnswered, name,
};
pub use pinned::{Pinned, PinnedPart};
pub use rejection::Rejection;
pub use snapshot::{Callback, Parent, Part, Snapshot};
pub use state::{Contact, FACTS_MAX, contact_id, evolve};
