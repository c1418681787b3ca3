//! The promises as pure functions: how their cases grow from events, which verdict follows.
//!
//! Read in this order: [`definition`] (promise 9.3 and its judge), [`case`] (one act), [`docket`] (the acts of one
//! line), [`promise`] (every other promise), [`indicator`] (the result over many cases). No I/O, no clock reading: the
//! same events give the same ledger, live and rebuilt.

mod act;
mod case;
mod definition;
mod docket;
mod indicator;
pub mod promise;
mod verdict;

pub use act::{Act, ActKind, Place, SuspensionReason};
pub use case::{Case, CaseEvent, EvidenceLevel, Incident, IncidentKind, Opening};
pub use definition::{Confirmation, Definition, Facts, LOSS_OR_THEFT, ReadBack};
pub use docket::{Docket, Entry, Gap, Meaning, RegisterState, Request, Seen};
pub use indicator::{Indicator, Judged, Percentile, Tally, nearest_rank};
pub use promise::Characteristic;
pub use verdict::{ExclusionReason, UnmeasuredReason, Verdict};
