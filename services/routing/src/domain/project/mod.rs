//! Projects abroad and international requests (promise 3.4): a named referent, an answer within 2 *jours ouvrés* [D], and in
//! it a first promised date. A later promise never erases the first.

mod command;
mod decide;
mod event;
mod rejection;
mod state;
mod zone;

#[cfg(test)]
pub(crate) mod tests;

pub use command::{Command, New};
pub use decide::{Decided, decide, evolve, next_due};
pub use event::{
    AnswerOverdue, Event, Fact, ProjectAnswered, ProjectClosed, ProjectOpened, PromiseChanged,
    ReferentChanged, name,
};
pub use rejection::Rejection;
pub use state::{Kind, Outcome, Project, Snapshot};
pub use zone::AbroadZone;
