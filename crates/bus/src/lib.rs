//! What leaves a service's log: the `Feed` that every service offers, with verification and backup.
//!
//! The relay to Kafka and its consumers come here next; see the README's status table.

mod convert;
mod log_service;

pub use log_service::{LogServer, rules};
