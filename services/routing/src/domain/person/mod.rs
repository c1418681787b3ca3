//! People of accounts: what they may ask for in its name, and how they are recognised and reached.

mod command;
mod decide;
mod event;
mod evolve;
mod rejection;
mod role;
mod snapshot;
mod state;
#[cfg(test)]
pub(crate) mod tests;

pub use command::{Command, Details, NewPerson};
pub use decide::{Decided, decide};
pub use event::{Event, Fact, PersonChanged, PersonRegistered, PersonRemoved, name};
pub use evolve::evolve;
pub use rejection::Rejection;
pub use role::{PersonRole, PersonRoles};
pub use snapshot::Snapshot;
pub use state::Person;
