//! Customers, staff, desks and contact points: their state, what can be asked of them, the rules that decide, and what
//! follows from them.
//!
//! Invariant: nothing here does I/O, reads a clock or draws a random number. The same inputs give the same events,
//! and replaying the events gives the same state.

pub mod account;
pub mod attendance;
mod code;
pub mod contact;
pub mod contact_point;
mod country;
mod dated;
pub mod desk;
mod identifiers;
mod knowledge;
mod language;
pub mod person;
mod place;
pub mod project;
pub mod rejected_fact;
pub mod review_plan;
pub mod route;
mod segment;
pub mod staff;
pub mod standing;
mod territory;

pub use code::{Code, Error as CodeError};
pub use country::CountryCode;
pub use dated::{Dated, Moment, STATEMENTS_MAX, Statement};
pub use identifiers::{
    E164, Error as IdentifierError, ExternalIdentifier, MailAddress, Siren, Siret, subject_of,
};
pub use knowledge::ALL_KNOWN;
pub use language::Language;
pub use place::{Address, Error as PlaceError};
pub use segment::{NotAlone, Segment, Segments};
pub use territory::Territory;
