//! A log that a process owns.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use vigie_bus::{LogServer, Topics};
use vigie_chassis::rules::Rules;
use vigie_chassis::server::Services;
use vigie_eventlog::view::Feed;
use vigie_eventlog::{AnchorFile, EventLog, forget_old_requests};
use vigie_proto::log::log_service_server::LogServiceServer;

use crate::error::Error;
use crate::kafka::{self, Carrier, Kafka};
use crate::process::Process;
use crate::storage::Storage;

/// How often the log's head is anchored outside of its database (rule 12).
const ANCHOR_EVERY: Duration = Duration::from_secs(5);

/// A log that a process owns: anchored outside of its database, carried to Kafka where there is one, served to those who
/// read it from elsewhere. A process may own several, each of a context of its own.
pub struct OwnLog {
    log: EventLog,
    anchor: AnchorFile,
    topics: Topics,
    kafka: Kafka,
    carrier: Carrier,
}

impl OwnLog {
    /// Opens the log of the context of `topics`; with brokers in `kafka`, which need not be there yet, it is carried to
    /// them.
    ///
    /// # Errors
    /// When its database cannot be opened, or the configuration of Kafka contradicts itself.
    pub async fn open(
        process: &Process,
        storage: &Storage,
        kafka: &Kafka,
        topics: Topics,
    ) -> Result<Self, Error> {
        let places = storage.places()?;
        let log = EventLog::open(places.log_options(topics.context()), process.clock(), process.ids());
        let log = log.await.map_err(Error::part)?;
        let carrier = Carrier::open(kafka, &topics, &places, &log).await?;
        let anchor = AnchorFile::new(storage.data.join(format!("{}.anchor", topics.context())));
        process.beside(anchor.clone().follow(log.clone(), ANCHOR_EVERY));
        process.beside(forget_old_requests(log.clone()));
        Ok(Self { log, anchor, topics, kafka: kafka.clone(), carrier })
    }

    /// The log.
    pub fn log(&self) -> &EventLog {
        &self.log
    }

    /// The log for the view `name` of this process: by way of Kafka, where there is one.
    pub fn feed(&self, name: &'static str) -> Arc<dyn Feed> {
        kafka::feed(&self.kafka, self.topics.context(), name, Arc::new(self.log.clone()))
    }

    /// Adds `LogService`, where this is the only log.
    #[must_use]
    pub fn add_to(&self, services: Services) -> Services {
        services.add(Self::service([self]))
    }

    /// `LogService` over all logs of the process: it is one service, however many there are.
    pub fn service<'a>(logs: impl IntoIterator<Item = &'a Self>) -> LogServiceServer<LogServer> {
        let logs = logs.into_iter().map(|own| (own.log.clone(), own.anchor.clone()));
        LogServiceServer::new(LogServer::new(logs.collect()))
    }

    /// Who may call it.
    pub fn rules() -> Rules {
        vigie_bus::rules()
    }

    /// Lets the relay finish what is under way, commits what is queued, closes all connections; bounded.
    pub async fn close(self, deadline: Instant) {
        self.carrier.shutdown(deadline).await;
        self.log.close(deadline).await;
    }
}
