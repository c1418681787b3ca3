use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use vigie_clock::{Clock, SystemClock, SystemIds};
use vigie_eventlog::{Aggregates, Database, DatabaseOptions, EventLog, Location, OpenError, Options};
use vigie_testkit::{Postgres, Proxy, Scratch};

use super::{Account, Accounts};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// An empty log's place: a file in a scratch folder, or a schema of its own in the shared PostgreSQL.
#[derive(Debug)]
pub(crate) struct Place {
    pub location: Location,
    _scratch: Option<Scratch>,
}

impl Place {
    pub(crate) fn new(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => {
                let scratch = Scratch::new("eventlog").unwrap();
                Self { location: Location::Sqlite(scratch.path().join("log.db")), _scratch: Some(scratch) }
            }
            Engine::Postgres => {
                static DATABASE: OnceLock<String> = OnceLock::new();
                let url =
                    DATABASE.get_or_init(|| Postgres::shared().unwrap().create_database("eventlog").unwrap());
                Self::at(url)
            }
        }
    }

    /// A schema of its own in the database at `url`.
    pub(crate) fn at(url: &str) -> Self {
        static SCHEMAS: AtomicU32 = AtomicU32::new(0);
        let schema = format!("log_{}", SCHEMAS.fetch_add(1, Ordering::Relaxed));
        Self { location: Location::Postgres { url: url.to_owned(), schema }, _scratch: None }
    }

    pub(crate) fn engine(&self) -> Engine {
        match self.location {
            Location::Sqlite(_) => Engine::Sqlite,
            Location::Postgres { .. } => Engine::Postgres,
        }
    }

    pub(crate) fn url(&self) -> &str {
        match &self.location {
            Location::Postgres { url, .. } => url,
            Location::Sqlite(_) => panic!("only PostgreSQL has a URL"),
        }
    }

    pub(crate) fn schema(&self) -> &str {
        match &self.location {
            Location::Postgres { schema, .. } => schema,
            Location::Sqlite(_) => panic!("only PostgreSQL has schemas"),
        }
    }

    pub(crate) async fn open(&self) -> EventLog {
        self.open_at(Arc::new(SystemClock)).await
    }

    pub(crate) async fn open_at(&self, clock: Arc<dyn Clock>) -> EventLog {
        self.open_with(Options::new(self.location.clone()), clock).await
    }

    pub(crate) async fn open_with(&self, options: Options, clock: Arc<dyn Clock>) -> EventLog {
        EventLog::open(options, clock, Arc::new(SystemIds)).await.unwrap()
    }

    pub(crate) async fn try_open(&self) -> Result<EventLog, OpenError> {
        EventLog::open(Options::new(self.location.clone()), Arc::new(SystemClock), Arc::new(SystemIds)).await
    }

    /// Two caches of the same accounts: of two replicas on PostgreSQL, of one process on SQLite.
    pub(crate) async fn two_caches(&self, clock: Arc<dyn Clock>) -> (Accounts, Accounts) {
        let first = self.open_at(clock.clone()).await;
        let second = match self.engine() {
            Engine::Sqlite => first.clone(),
            Engine::Postgres => self.open_at(clock).await,
        };
        (Aggregates::<Account>::new(first), Aggregates::<Account>::new(second))
    }

    /// The database without the log, for a look or a bad deed.
    pub(crate) async fn database(&self) -> Database {
        let mut options = DatabaseOptions::new(self.location.clone());
        options.connections_max = 2;
        Database::open(&options).await.unwrap()
    }
}

/// A place in the shared PostgreSQL, the same one seen through a proxy, and the proxy.
pub(crate) fn proxied() -> (Place, Place, Proxy) {
    let direct = Place::new(Engine::Postgres);
    let (before, rest) = direct.url().split_once('@').unwrap();
    let (server, after) = rest.split_once('/').unwrap();
    let server: SocketAddr = server.parse().unwrap();
    let proxy = Proxy::start(server).unwrap();
    let url = format!("{before}@{}/{after}", proxy.address());
    let schema = direct.schema().to_owned();
    let behind = Place { location: Location::Postgres { url, schema }, _scratch: None };
    (direct, behind, proxy)
}
