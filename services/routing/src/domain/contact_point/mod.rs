//! A contact point: a number or an address at which customers reach a desk, in versions that follow one another.
//!
//! Customers are told of a change before it takes effect (promise 3.1): so every version but the first begins ahead of the
//! moment at which it is published, and its publication says that a notice is due.

mod agenda;
mod command;
mod decide;
mod event;
mod evolve;
mod label;
mod point;
mod reach;
mod rejection;
mod snapshot;
mod tariff;
#[cfg(test)]
pub(crate) mod tests;

pub use agenda::next_due;
pub use command::{Command, Publication};
pub use decide::{Decided, PLANNED_VERSIONS_MAX, VERSIONS_MAX, decide};
pub use event::{
    ChangeNoticeDue, ContactPointEnded, Event, Fact, RetirementRecorded, VersionPublished, VersionTookEffect,
    name,
};
pub use evolve::evolve;
pub use label::Label;
pub use point::ContactPoint;
pub use reach::{Channel, Error as ReachError, Phone, Reach, ShortCode, WebAddress};
pub use rejection::Rejection;
pub use snapshot::{Content, Period, Snapshot, Version};
pub use tariff::{Error as TariffError, Tariff, TariffClass};
