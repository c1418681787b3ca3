//! The last reaction: `routing` hears which of its changes a customer was told of, with proof (promises 2.1 and 3.1).
//!
//! What is on record there is never taken back, and a hand-over is, by a bounce. So it is reported once it counts for good,
//! with the instant of the hand-over, which is the one that counts.

mod reaction;
mod record;
mod routing;

pub use reaction::Report;
pub(crate) use record::Record;
pub use routing::RoutingDoor;

#[cfg(test)]
mod tests;
