//! A build without Kafka: views follow the log itself, and a configuration that names brokers is refused.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use vigie_bus::Topics;
use vigie_eventlog::EventLog;
use vigie_eventlog::view::Feed;

use crate::error::Error;
use crate::storage::Places;

/// Section `[kafka]`, of which nothing can be used here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Kafka(toml::Table);

/// Nothing carries a log.
pub(crate) struct Carrier;

impl Carrier {
    /// Refuses brokers.
    #[expect(clippy::unused_async, reason = "the other build waits for a database")]
    pub(crate) async fn open(
        kafka: &Kafka,
        _topics: &Topics,
        _places: &Places,
        _log: &EventLog,
    ) -> Result<Self, Error> {
        check(kafka).map(|()| Self)
    }

    /// Nothing is under way.
    #[expect(clippy::unused_async, reason = "the other build waits for its relay")]
    pub(crate) async fn shutdown(self, _deadline: Instant) {}
}

/// Refuses brokers.
pub(crate) fn check(kafka: &Kafka) -> Result<(), Error> {
    if kafka.0.is_empty() {
        return Ok(());
    }
    Err(Error::Usage(
        "kafka is configured, and this build cannot speak to it: build with `--features kafka`".into(),
    ))
}

/// `log` itself.
pub(crate) fn feed(_kafka: &Kafka, _context: &str, _name: &'static str, log: Arc<dyn Feed>) -> Arc<dyn Feed> {
    log
}
