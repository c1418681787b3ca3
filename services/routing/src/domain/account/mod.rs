//! Accounts of customers: group > company > site, what is known of each from when, and who is their named contact.
//!
//! Promise 2.1: each has one named, trained manager (*interlocuteur commercial dédié et formé*) at any time, and who that was
//! on a day can be told for ever, also as it was known on another day.

mod breach;
mod command;
mod contact;
mod decide;
mod event;
mod evolve;
mod gap;
mod hierarchy;
mod instants;
mod level;
mod manager;
mod rejection;
mod snapshot;
mod state;
mod telling;
#[cfg(test)]
pub(crate) mod tests;
mod working_days;

pub use command::{Change, Command, NewAccount};
pub use contact::{Away, Basis, Holding, NamedContact, Presence, holding, named_contact};
pub use decide::{Decided, decide};
pub use event::{
    AccountChanged, AccountClosed, AccountMoved, AccountRegistered, ContactPointTold, Event, Fact, GapEnd,
    ManagerAssigned, ManagerAssignmentEnded, ManagerChangeNotTold, ManagerChangeTold, ManagerCoverBegan,
    ManagerCoverEnded, ManagerGapClosed, ManagerGapOpened, ManagerGapOverdue, PlannedChangeTookEffect, Why,
    name,
};
pub use evolve::{evolve, next_due};
pub use gap::{Gap, GapCause, Standing, Turn};
pub use hierarchy::Above;
pub use level::Level;
pub use manager::{Assignment, Candidate, Cover, CoverCause, StaffContact};
pub use rejection::Rejection;
pub use snapshot::Snapshot;
pub use state::{Account, Shown};
pub use telling::{Announcement, ManagerChange, TellBy, Told};
