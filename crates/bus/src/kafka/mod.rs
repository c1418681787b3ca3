//! The bus on Apache Kafka: a fenced relay carries a log there in order.
//!
//! Rule numbers in comments are those of the project's rule book for log, bus and effects; ARCHITECTURE.md lists
//! them.

mod admin;
mod batches;
mod client;
mod cursor;
mod deliveries;
mod error;
mod events_lane;
mod feed;
mod feed_metrics;
mod lag;
mod lease;
mod message;
mod options;
mod pending;
mod relay;
pub mod resync;
mod sending;
mod state_lane;

pub use admin::make_if_missing;
pub use client::Logging;
pub use cursor::Cursor;
pub use error::{Error, Outlook};
pub use feed::KafkaFeed;
pub use message::{record_of, withdrawal_of};
pub use options::{Mechanism, Options, Protocol, Security};
pub use relay::{Handle, MIGRATIONS, Relay, State, open_database};
