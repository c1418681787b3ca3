//! The bus on Kafka, where brokers are configured: the log of `lines` is carried there, and the views follow it from there.

use std::sync::Arc;

use tokio::time::Instant;
use vigie_bus::kafka::{Handle, KafkaFeed, Relay, open_database};
use vigie_bus::{NameError, Topics};
use vigie_eventlog::EventLog;
use vigie_eventlog::view::Feed;

use super::config::{Config, with_causes};
use super::storage::Places;
use crate::error::Error;

/// Section `[kafka]`; without brokers there is no Kafka.
pub(crate) type Kafka = vigie_bus::kafka::Options;

/// Where the log of `lines` is carried.
pub(crate) fn topics() -> Result<Topics, NameError> {
    Topics::new("lines", "line")
}

/// What carries the log of `lines`, and where views find it.
pub(super) struct Bus {
    kafka: Option<OnKafka>,
    log: EventLog,
}

struct OnKafka {
    options: Kafka,
    topics: Topics,
    relay: Handle,
}

impl Bus {
    /// Starts the relay, if there are brokers; they need not be there yet.
    pub(super) async fn open(config: &Config, places: &Places, log: &EventLog) -> Result<Self, Error> {
        if config.kafka.brokers.is_empty() {
            return Ok(Self { kafka: None, log: log.clone() });
        }
        let unopened = |error: &dyn std::error::Error| Error::Start(with_causes(error));
        let topics = topics().map_err(|error| unopened(&error))?;
        let database = open_database(places.lines_log.clone(), places.owner_url.as_deref()).await;
        let database = database.map_err(|error| unopened(&error))?;
        let options = config.kafka.clone();
        let relay = Relay::start(options.clone(), topics.clone(), log.clone(), database);
        let relay = relay.map_err(|error| unopened(&error))?;
        Ok(Self { kafka: Some(OnKafka { options, topics, relay }), log: log.clone() })
    }

    /// The log of `lines` for the view `name`: by way of Kafka, where there is one.
    pub(super) fn feed(&self, name: &'static str) -> Arc<dyn Feed> {
        let log = Arc::new(self.log.clone());
        match &self.kafka {
            Some(kafka) => Arc::new(KafkaFeed::new(kafka.options.clone(), &kafka.topics, name, log)),
            None => log,
        }
    }

    /// Lets the relay finish what is under way; bounded.
    pub(super) async fn shutdown(self, deadline: Instant) {
        if let Some(kafka) = self.kafka {
            kafka.relay.shutdown(deadline).await;
        }
    }
}
