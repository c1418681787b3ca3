//! Kafka, where brokers are configured: logs are carried there, and views follow them from there.

use std::sync::Arc;

use tokio::time::Instant;
use vigie_bus::Topics;
use vigie_bus::kafka::{Handle, KafkaFeed, Relay, open_database};
use vigie_eventlog::EventLog;
use vigie_eventlog::view::Feed;

use crate::error::Error;
use crate::storage::Places;

/// Section `[kafka]`; without brokers there is no Kafka.
pub type Kafka = vigie_bus::kafka::Options;

/// What carries a log to Kafka, if something does.
pub(crate) struct Carrier(Option<Handle>);

impl Carrier {
    /// Starts the relay, if there are brokers; they need not be there yet.
    pub(crate) async fn open(
        kafka: &Kafka,
        topics: &Topics,
        places: &Places,
        log: &EventLog,
    ) -> Result<Self, Error> {
        if kafka.brokers.is_empty() {
            return Ok(Self(None));
        }
        let database = open_database(places.location(topics.context()), places.owner_url());
        let database = database.await.map_err(Error::part)?;
        let relay = Relay::start(kafka.clone(), topics.clone(), log.clone(), database);
        Ok(Self(Some(relay.map_err(Error::part)?)))
    }

    /// Lets the relay finish what is under way; bounded.
    pub(crate) async fn shutdown(self, deadline: Instant) {
        if let Some(relay) = self.0 {
            relay.shutdown(deadline).await;
        }
    }
}

/// Refuses a configuration that this build cannot follow: there is none.
pub(crate) fn check(_kafka: &Kafka) -> Result<(), Error> {
    Ok(())
}

/// The log of `context` for the view `name`: by way of Kafka, where there is one.
pub(crate) fn feed(kafka: &Kafka, context: &str, name: &'static str, log: Arc<dyn Feed>) -> Arc<dyn Feed> {
    if kafka.brokers.is_empty() {
        return log;
    }
    Arc::new(KafkaFeed::new(kafka.clone(), context, name, log))
}
