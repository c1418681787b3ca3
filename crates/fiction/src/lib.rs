//! An operator that does not exist: its customers, their people, and the staff who face them. For the demo, for tests, for
//! benches, and for whoever wants to see Vigie with a base of their own size.
//!
//! An [`Operator`] is a seed, a size and a day. Everything follows from these: the same three give the same bytes on every
//! machine. Nothing is kept in memory but what is being looked at, so a base of a million people is a file being written.
//!
//! Nobody here exists. Names of companies are made of invented syllables and mail domains end in `.example`, which is kept
//! for examples (RFC 2606). Telephone numbers come from the ranges that the French regulator keeps for fiction, and behind
//! them from one that cannot be dialled ([`number`]). SIREN and SIRET have right check digits and begin with 99, the far
//! end of the register ([`register`]).

mod csv;
mod customer;
mod dice;
mod house;
mod luhn;
mod names;
pub mod number;
mod operator;
mod plain;
pub mod register;
pub mod sim;
mod territory;
mod towns;
#[cfg(feature = "wire")]
mod wire;

pub use csv::Table;
pub use customer::{Account, Address, Person};
pub use dice::Dice;
pub use house::{Absence, Assignment, ContactPoint, Desk, Hours, Leaving, Skill, Staff, Training};
pub use luhn::luhn_digit;
pub use names::{FAMILY_NAMES, GIVEN_NAMES};
pub use operator::{Error, Operator, Size};
pub use plain::plain;
