//! When somebody was there to answer for a team: what announced hours are held against (promise 3.1).
//!
//! The promise says *joignable*; what holding announced hours means is our reading [D], written here because these facts
//! are made for it:
//!
//! - Announced hours are cut into slots of 30 minutes of the local time of the contact point; a slot is measured if it lies
//!   in the announced windows of the version that was valid then.
//! - Where a contact centre tells presence for a team on a day (one [`DeskStaffed`] is enough), a slot is **held** if the
//!   union of the team's presence covers all of it, or that of a team that it overflows to; else it is **late**.
//! - Where none is told, contacts stand in: a slot in which a contact was offered to the team is **held** if one that was
//!   offered in it was answered, or none was abandoned; **late** if all that were offered were abandoned. A slot without
//!   contacts is **unmeasured**: evidence is missing, and nobody may count it as held.
//! - The indicator is held ÷ (held + late), target 99 % [D]; unmeasured slots are shown beside it.
//!
//! A stream is a team on a day (UTC) of the beginning, so that it stays short.

mod decide;
mod event;
mod rejection;

#[cfg(test)]
pub(crate) mod tests;

pub use decide::{Attendance, Command, Decided, FACTS_MAX, Presence, attendance_id, decide, evolve};
pub use event::{DeskStaffed, Event, Fact, Snapshot, Span, name};
pub use rejection::Rejection;
