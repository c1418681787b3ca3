//! A build without Kafka: views follow the log in process, and a configuration that names brokers is refused.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use vigie_eventlog::EventLog;
use vigie_eventlog::view::Feed;

use super::config::Config;
use super::storage::Places;
use crate::error::Error;

/// Section `[kafka]`, of which nothing can be used here.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Kafka(serde_json::Map<String, serde_json::Value>);

/// Where views find the log of `lines`.
pub(super) struct Bus(EventLog);

impl Bus {
    /// Refuses brokers.
    #[expect(clippy::unused_async, reason = "the other build waits for a database")]
    pub(super) async fn open(config: &Config, _places: &Places, log: &EventLog) -> Result<Self, Error> {
        if config.kafka.0.is_empty() {
            return Ok(Self(log.clone()));
        }
        Err(Error::Usage(
            "kafka is configured, and this build cannot speak to it: build with `--features kafka`".into(),
        ))
    }

    /// The log of `lines` for a view.
    pub(super) fn feed(&self, _name: &'static str) -> Arc<dyn Feed> {
        Arc::new(self.0.clone())
    }

    /// Nothing is under way.
    #[expect(clippy::unused_async, reason = "the other build waits for its relay")]
    pub(super) async fn shutdown(self, _deadline: Instant) {}
}
