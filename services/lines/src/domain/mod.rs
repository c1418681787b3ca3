//! A mobile line: its state, what can be asked of it, the rules that decide, and what follows from them.
//!
//! Invariant: nothing here does I/O, reads a clock or draws a random number. The same inputs give the same events,
//! and replaying the events gives the same state.

mod act;
mod authority;
mod command;
mod decide;
mod digits;
mod eid;
mod event;
mod evolve;
mod handset;
mod identifiers;
mod imei;
mod intent;
mod line;
mod policy;
mod port_out;
mod rejection;
mod sim;
mod snapshot;
mod suspension;
mod termination;
#[cfg(test)]
pub(crate) mod tests;
mod theft;

pub use act::{Act, ActKind, ActState, reference};
pub use authority::{Authority, HandsetRecovery, OnBehalf, Role};
pub use command::{Command, NewLine};
pub use decide::{Decided, decide};
pub use eid::Eid;
pub use event::{
    Asked, ConfirmationOverdue, Confirmed, ConfirmedAct, Event, Fact, HandsetBlockOverdue, HandsetBlocked,
    HandsetRecorded, HandsetRecovered, HandsetReleased, LineRegistered, PortOutCompleted, PortOutPlan,
    RecoveryAttested, RegisterDriftFound, RegisterDriftRepaired, ReinstatementRequested,
    SecondContactNoticeDue, SimReplacementRequested, SuspensionReasonLifted, SuspensionRequested,
    TerminationConfirmed, TerminationRequested, TheftDeclared, Told, name,
};
pub use evolve::{evolve, next_due};
pub use identifiers::{Error as IdentifierError, ExternalIdentifier, Iccid, Imsi, Msisdn, Sim, subject_of};
pub use imei::Imei;
pub use intent::{Confirmation, Drift, Evidence, Intent, Observed, Target, TargetName};
pub use line::Line;
pub use policy::Policy;
pub use port_out::PortOut;
pub use rejection::Rejection;
pub use snapshot::{ActSummary, IntentSummary, LineState, Snapshot};
pub use suspension::{Reason, SetBy};
pub use theft::{BlockEvidence, BlockTerm, Declaration, HandsetState, StolenHandset, TheftReport};
