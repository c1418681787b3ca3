//! A notice: one party is told one thing, by the first recipient who can be reached.
//!
//! What counts as told \[D\]: a notice counts from the instant that somebody else's system took it over, which is
//! `handed_over`. A bounce takes that back, whenever it comes. A mail that has not bounced within 24 h is `delivered`, and so
//! is at once what an endpoint accepted and what a report says has arrived.

mod command;
mod decide;
mod draft;
mod event;
mod evolve;
mod rejection;
mod snapshot;
mod state;
#[cfg(test)]
pub(crate) mod tests;

pub use command::{AttemptEnd, Command, NewNotice, Receipt, Report};
pub use decide::decide;
pub use event::{
    AttemptBegan, AttemptFailed, Bounced, Delivered, DeliveredBy, Dropped, Event, Fact, Failure,
    FallbackChosen, GivenUp, GivenUpWhy, HandedOver, NobodyToTell, NobodyWhy, NoticeDecided, Proof, Refused,
    RetryAsked, name,
};
pub use evolve::{evolve, next_due};
pub use rejection::Rejection;
pub use snapshot::{NoticeState, Snapshot};
pub use state::{Attempt, Ended, Notice};

/// Bounds of a notice, all \[D\].
pub mod limit {
    use std::time::Duration;

    /// A mail that has not bounced for so long is delivered.
    pub const BOUNCE_WITHIN: Duration = Duration::from_secs(24 * 3600);
    /// Attempts on one recipient, while nobody else is left.
    pub const TRIES_MAX: u32 = 24;
    /// Attempts on one recipient after LOSS or THEFT while somebody else is left: that one is told within minutes.
    pub const URGENT_TRIES_MAX: u32 = 6;
    /// Mails to one recipient of which nobody knows whether they arrived: a first one, and a marked repeat.
    pub const UNKNOWN_MAX: u32 = 2;
    /// Times that a person may have it tried again.
    pub const RETRIES_MAX: u32 = 8;
    /// Attempts that are kept with the notice; all of them are in the log.
    pub const ATTEMPTS_KEPT: usize = 64;
}
