//! A staff member who faces customers: skills, trainings, absences, and when they leave.
//!
//! Intervals are half open: from an instant until another, which is not part of them. What will open a gap is said before
//! the gap opens: the training of an account manager that ends, an absence that begins, a staff member who leaves.

mod absence;
mod agenda;
mod command;
mod decide;
mod event;
mod evolve;
mod instants;
mod member;
mod policy;
mod profile;
mod rejection;
mod snapshot;
mod stand_in;
#[cfg(test)]
pub(crate) mod tests;
mod training;

pub use absence::Absence;
pub use agenda::next_due;
pub use command::{Command, NewMember};
pub use decide::{Decided, decide};
pub use event::{
    AbsenceBegan, AbsenceCancelled, AbsenceEnded, AbsencePlanned, Event, Fact, LeavingRecorded, StaffChanged,
    StaffLeft, StaffRegistered, TrainingExpired, TrainingExpiring, TrainingRecorded, name,
};
pub use evolve::evolve;
pub use member::StaffMember;
pub use policy::Policy;
pub use profile::{Profile, Skill};
pub use rejection::Rejection;
pub use snapshot::Snapshot;
pub use stand_in::StandIn;
pub use training::Training;
