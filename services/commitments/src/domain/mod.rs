//! Promise 9.3 as pure functions: what an act is, how its case grows from events, which verdict follows.
//!
//! Read in this order: [`definition`] (the promise and its judge), [`case`] (one act), [`docket`] (the acts of one
//! line), [`indicator`] (the result over many cases). No I/O, no clock reading: the same events give the same
//! ledger, live and rebuilt.

mod act;
mod case;
mod definition;
mod docket;
mod indicator;
mod verdict;

pub use act::{Act, ActKind, Place, SuspensionReason};
pub use case::{Case, CaseEvent, EvidenceLevel, Incident, IncidentKind, Opening};
pub use definition::{Confirmation, Definition, Facts, LOSS_OR_THEFT, ReadBack};
pub use docket::{Docket, Entry, Gap, Meaning, RegisterState, Request, Seen};
pub use indicator::{Indicator, Percentile, Tally, nearest_rank};
pub use verdict::{ExclusionReason, UnmeasuredReason, Verdict};
