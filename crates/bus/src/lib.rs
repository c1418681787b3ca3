//! What leaves a service's log: the `Feed` that every service offers, with verification and backup, and what reads it in
//! another process; and the record of events on Kafka, which the relay publishes.
//!
//! Everything that needs librdkafka is in [`kafka`], behind the cargo feature of that name.

mod convert;
mod dead_letters;
#[cfg(feature = "kafka")]
pub mod kafka;
mod log_service;
#[cfg(feature = "kafka")]
mod merge;
mod reactions;
pub mod record;
mod refusal;
mod remote;
mod topics;

pub use dead_letters::{DeadLetterServer, rules as dead_letter_rules};
pub use log_service::{LogServer, rules};
pub use reactions::{ReactionServer, rules as reaction_rules};
pub use record::Record;
pub use remote::RemoteFeed;
pub use topics::{
    EVENTS_RETENTION, FACTS_RETENTION, NameError, PARTITIONS, Topic, Topics, WITHDRAWN_RETENTION,
};
