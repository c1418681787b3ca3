//! A view that lists what it has seen, and cannot read everything; and the log that it follows.

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use uuid::Uuid;
use vigie_clock::{Ids, SystemClock, SystemIds};
use vigie_eventlog::view::{CheckpointTable, Error, Follower, Outlook, PARKED_STREAMS, Projection, Retry};
use vigie_eventlog::{
    Append, Database, DatabaseOptions, EventLog, Location, MigrationText, NewEvent, Options, RecordedEvent,
    Transaction,
};
use vigie_testkit::{Postgres, Scratch};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// A payload that names a person, and that no view can read unless `readable` says so.
pub(crate) const POISON: &[u8] = br#"{"msisdn": "+33639980001"}"#;

static READABLE: Mutex<BTreeSet<Uuid>> = Mutex::new(BTreeSet::new());

/// As if a build that reads this event had been deployed.
pub(crate) fn make_readable(event_id: Uuid) {
    READABLE.lock().insert(event_id);
}

/// What a view is called in metrics.
pub(crate) trait Named: Send + Sync + 'static {
    const NAME: &'static str;
}

pub(crate) struct Plain;

impl Named for Plain {
    const NAME: &'static str = "the list of what was seen";
}

/// Which versions of which streams were taken in, in order.
pub(crate) struct Seen<N>(PhantomData<N>);

#[derive(Debug, thiserror::Error)]
pub(crate) enum SeenError {
    #[error(transparent)]
    View(#[from] Error),
    #[error("this event cannot be read")]
    Unreadable(Uuid),
}

const TABLES: &str = "CREATE TABLE seen (stream_id TEXT NOT NULL, version BIGINT NOT NULL, place BIGINT NOT NULL, \
     PRIMARY KEY (stream_id, version)); \
     CREATE TABLE seen_checkpoint (shard BIGINT NOT NULL PRIMARY KEY, incarnation BIGINT NOT NULL, \
     position BIGINT NOT NULL, hash BYTEA NOT NULL);";

const MIGRATIONS: &[MigrationText] = &[
    MigrationText { version: 1, description: "seen", postgres: TABLES, sqlite: TABLES },
    MigrationText {
        version: 2,
        description: "start",
        postgres: "INSERT INTO seen_checkpoint VALUES (0, 0, 0, decode(repeat('00', 32), 'hex'))",
        sqlite: "INSERT INTO seen_checkpoint VALUES (0, 0, 0, zeroblob(32))",
    },
    PARKED_STREAMS,
];

#[async_trait]
impl<N: Named> Projection for Seen<N> {
    type Error = SeenError;
    const NAME: &'static str = N::NAME;
    const CHECKPOINT: CheckpointTable = CheckpointTable("seen_checkpoint");
    const PARKS: bool = true;

    async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), SeenError> {
        for event in events {
            if event.payload == POISON && !READABLE.lock().contains(&event.event_id) {
                return Err(SeenError::Unreadable(event.event_id));
            }
            let sql = "INSERT INTO seen (stream_id, version, place) SELECT $1, $2, COUNT(*) FROM seen WHERE TRUE \
                       ON CONFLICT (stream_id, version) DO NOTHING";
            let values = [event.stream_id.to_string().into(), event.stream_version.into()];
            transaction.execute(sql, &values).await.map_err(Error::from)?;
        }
        Ok(())
    }

    async fn clear(transaction: &mut Transaction) -> Result<(), SeenError> {
        transaction.execute("DELETE FROM seen", &[]).await.map_err(Error::from)?;
        Ok(())
    }

    fn outlook(error: &SeenError) -> Outlook {
        match error {
            SeenError::View(error) => error.outlook(),
            SeenError::Unreadable(event_id) => Outlook::Poison { event_id: *event_id },
        }
    }

    fn advice(_: &SeenError) -> Option<&'static str> {
        None
    }
}

/// A log and a view of it, which follows.
pub(crate) struct Bench<N = Plain> {
    pub(crate) log: EventLog,
    pub(crate) view: Follower<Seen<N>>,
    _scratch: Scratch,
}

impl<N: Named> Bench<N> {
    pub(crate) async fn open(engine: Engine) -> Self {
        let scratch = Scratch::new("dead-letters").unwrap();
        let options = Options::new(place(engine, &scratch, "log"));
        let log = EventLog::open(options, Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap();
        let options = DatabaseOptions::new(place(engine, &scratch, "view"));
        let database = Database::open_migrated(&options, None, MIGRATIONS).await.unwrap();
        let feed = Arc::new(log.clone());
        let view = Follower::open(Seen(PhantomData), database, feed, Retry::default()).await.unwrap();
        let running = view.clone();
        tokio::spawn(async move { running.run().await });
        Self { log, view, _scratch: scratch }
    }

    /// Appends an event to a stream and waits until the view stands behind it.
    pub(crate) async fn append(&self, stream_id: Uuid, expected_version: i64, payload: &[u8]) -> Uuid {
        let appended = self.log.append(append(stream_id, expected_version, payload)).await.unwrap();
        let event = appended.events.last().unwrap();
        tokio::time::timeout(Duration::from_secs(10), self.view.reached(event.position)).await.unwrap();
        event.event_id
    }

    /// A new stream of which the second of four events cannot be read, and that event.
    pub(crate) async fn stream_with_poison(&self) -> (Uuid, Uuid) {
        let stream_id = SystemIds.next();
        self.append(stream_id, 0, b"{}").await;
        let poison = self.append(stream_id, 1, POISON).await;
        self.append(stream_id, 2, b"{}").await;
        self.append(stream_id, 3, b"{}").await;
        (stream_id, poison)
    }

    /// Versions of a stream in the order in which they were taken in.
    pub(crate) async fn seen(&self, stream_id: Uuid) -> Vec<i64> {
        let sql = "SELECT version FROM seen WHERE stream_id = $1 ORDER BY place, version";
        let rows = self.view.database().query(sql, &[stream_id.to_string().into()]).await.unwrap();
        rows.iter().map(|row| row.i64(0).unwrap()).collect()
    }
}

fn place(engine: Engine, scratch: &Scratch, name: &str) -> Location {
    static DATABASE: OnceLock<String> = OnceLock::new();
    static SCHEMAS: AtomicU32 = AtomicU32::new(0);
    match engine {
        Engine::Sqlite => Location::Sqlite(scratch.path().join(format!("{name}.db"))),
        Engine::Postgres => {
            let create = || Postgres::shared().unwrap().create_database("dead_letters").unwrap();
            let schema = format!("{name}_{}", SCHEMAS.fetch_add(1, Ordering::Relaxed));
            Location::Postgres { url: DATABASE.get_or_init(create).clone(), schema }
        }
    }
}

fn append(stream_id: Uuid, expected_version: i64, payload: &[u8]) -> Append {
    let event = NewEvent {
        event_id: SystemIds.next(),
        event_type: "vigie.thing.happened.v1".to_owned(),
        account_id: Uuid::from_u128(7),
        occurred_at: None,
        actor: "tester".to_owned(),
        on_behalf_of: None,
        channel: "API".to_owned(),
        request_id: None,
        act_id: None,
        traceparent: None,
        payload: payload.to_vec(),
    };
    Append::new(stream_id, "thing", expected_version, vec![event])
}
