//! The operator's base in memory: what [`crate::domain::route::decide`] asks, kept up to date from the log.
//!
//! `memory` is the base itself: 72 bytes a person, indexes beside them, no text. `change` is what it is told, `intake` makes
//! that of the log's events, `live` moves a base along a log while others read it.
//!
//! Invariant: the base is a fold of the log and of nothing else. What it knows twice it takes in once.

mod account;
mod change;
mod error;
mod house;
mod index;
mod intake;
mod live;
mod memory;
mod metrics;
mod numbers;
mod person;
mod slab;
mod timeline;

#[cfg(test)]
mod tests;

pub use change::{AccountChange, Assigned, Change, Covered, DeskNow, PersonNow, PointNow, What};
pub use error::Error;
pub use intake::change_of;
pub use live::{Live, NotLoaded, State};
pub use memory::{Base, Size};
