use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use vigie_bus::kafka::{Cursor, Handle, Options, Relay, open_database};
use vigie_bus::{Topic, Topics};
use vigie_clock::{SystemClock, SystemIds};
use vigie_eventlog::{Database, DatabaseOptions, EventLog, Location};
use vigie_testkit::{Kafka, Postgres, Scratch};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A log's place, and topics that nobody else uses.
#[derive(Debug)]
pub(crate) struct Place {
    pub location: Location,
    pub topics: Topics,
    /// The entity, and the context as well.
    pub name: String,
    pub options: Options,
    _scratch: Option<Scratch>,
}

impl Place {
    pub(crate) fn new(engine: Engine) -> Self {
        Self::on(engine, Kafka::shared().unwrap())
    }

    pub(crate) fn on(engine: Engine, kafka: &Kafka) -> Self {
        let (location, scratch) = match engine {
            Engine::Sqlite => {
                let scratch = Scratch::new("relay").unwrap();
                (Location::Sqlite(scratch.path().join("log.db")), Some(scratch))
            }
            Engine::Postgres => {
                static DATABASE: OnceLock<String> = OnceLock::new();
                static SCHEMAS: AtomicU32 = AtomicU32::new(0);
                let url =
                    DATABASE.get_or_init(|| Postgres::shared().unwrap().create_database("relay").unwrap());
                let schema = format!("log_{}", SCHEMAS.fetch_add(1, Ordering::Relaxed));
                (Location::Postgres { url: url.clone(), schema }, None)
            }
        };
        Self::at(location, &kafka.fresh_name("thing"), &kafka.bootstrap(), scratch)
    }

    pub(crate) fn at(location: Location, name: &str, bootstrap: &str, scratch: Option<Scratch>) -> Self {
        let options = Options {
            brokers: vec![bootstrap.to_owned()],
            replication_factor: 1,
            delivery_timeout_ms: 2_000,
            transaction_timeout_ms: 10_000,
            lease_ttl_ms: 1_000,
            retry_max_ms: 500,
            ..Options::default()
        };
        let topics = Topics::new(name, &[name]).unwrap();
        Self { location, topics, name: name.to_owned(), options, _scratch: scratch }
    }

    /// The same with events about several kinds of entity, called `<name>_<entity>`.
    pub(crate) fn about(mut self, entities: &[&str]) -> Self {
        let entities: Vec<_> = entities.iter().map(|entity| self.entity(entity)).collect();
        let entities: Vec<_> = entities.iter().map(String::as_str).collect();
        self.topics = Topics::new(&self.name, &entities).unwrap();
        self
    }

    /// The whole name of one of several entities.
    pub(crate) fn entity(&self, entity: &str) -> String {
        format!("{}_{entity}", self.name)
    }

    /// The state topic of the only entity.
    pub(crate) fn state(&self) -> Topic {
        let [state] = <[Topic; 1]>::try_from(self.topics.states()).unwrap();
        state
    }

    pub(crate) async fn log(&self) -> EventLog {
        let options = vigie_eventlog::Options::new(self.location.clone());
        EventLog::open(options, Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap()
    }

    pub(crate) async fn database(&self) -> Database {
        open_database(self.location.clone(), None).await.unwrap()
    }

    pub(crate) async fn relay(&self, log: &EventLog) -> Handle {
        let database = self.database().await;
        Relay::start(self.options.clone(), self.topics.clone(), log.clone(), database).unwrap()
    }

    pub(crate) async fn cursor(&self) -> Cursor {
        let mut options = DatabaseOptions::new(self.location.clone());
        options.connections_max = 1;
        Cursor::new(Database::open(&options).await.unwrap(), &self.topics)
    }

    /// Waits until everything that is in the log now is on Kafka.
    pub(crate) async fn carried(&self, log: &EventLog, limit: Duration) {
        let (head, cursor) = (log.head().await.unwrap(), self.cursor().await);
        let end = tokio::time::Instant::now() + limit;
        loop {
            let there = cursor.read().await.unwrap();
            if there.is_some_and(|there| there.position >= head.position) {
                return;
            }
            assert!(tokio::time::Instant::now() < end, "Kafka has {there:?} of {head:?} after {limit:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
