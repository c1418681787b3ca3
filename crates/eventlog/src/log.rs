//! The log as its users see it.

mod directory;
mod due;
mod error;
mod options;
mod read;
mod schema;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use sqlx::SqlSafeStr;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use vigie_clock::{Clock, Ids};

pub use self::error::{OpenError, ReadError};
pub use self::options::{Limits, Options};
pub(crate) use self::schema::{MIGRATIONS, event_of, hash_of, limit_value, select_events};
use crate::append::{Append, AppendError, Appended};
use crate::batch::Item;
use crate::connector::Connector;
use crate::database::{
    Database, DatabaseOptions, Location, Row, Value, pg_connect_options, sqlite_connect_options,
};
use crate::engine::{Head, PostgresSession};
use crate::event::Checkpoint;
use crate::file_lock::FileLock;
use crate::metrics::{self, Metrics};
use crate::subscription::Subscription;
use crate::tail::Tail;
use crate::writer::Writer;

/// How long a read may take.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) struct Inner {
    pub name: String,
    pub database: Database,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    limits: Limits,
    queues: Mutex<Option<Queues>>,
    pub published: watch::Receiver<Checkpoint>,
    pub tail: Arc<Tail>,
    pub metrics: Metrics,
    skew_micros: Arc<AtomicI64>,
    writer: Mutex<Option<JoinHandle<()>>>,
    /// Held as long as the log is open: one process per SQLite file.
    _file_lock: Option<FileLock>,
}

impl Inner {
    /// Appends that wait for the writer, by lane; `None` once the log is closed.
    pub(crate) fn waiting(&self) -> Option<[(&'static str, usize); 2]> {
        let queues = self.queues.lock();
        let queues = queues.as_ref()?;
        let waiting = |queue: &mpsc::Sender<Item>| queue.max_capacity() - queue.capacity();
        Some([("urgent", waiting(&queues.urgent)), ("normal", waiting(&queues.normal))])
    }
}

#[derive(Clone)]
struct Queues {
    urgent: mpsc::Sender<Item>,
    normal: mpsc::Sender<Item>,
}

/// An event log. Cheap to clone; all clones share one writer.
#[derive(Clone)]
pub struct EventLog(pub(crate) Arc<Inner>);

impl EventLog {
    /// Opens the log, brings its schema up to date and starts the writer.
    pub async fn open(options: Options, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>) -> Result<Self, OpenError> {
        let file_lock = FileLock::of(&options.location)?;
        let mut database_options = DatabaseOptions::new(options.location.clone());
        database_options.connections_max = options.connections_max;
        let database = Database::open_migrated(&database_options, options.owner_url.as_deref(), MIGRATIONS)
            .await
            .map_err(OpenError::Database)?;

        let connector = match &options.location {
            Location::Postgres { url, schema } => {
                let options = pg_connect_options(url, schema).map_err(OpenError::Database)?;
                let mut session =
                    PostgresSession::connect(&options, schema).await.map_err(OpenError::Database)?;
                session.require_durability().await.map_err(OpenError::NotDurable)?;
                Connector::Postgres { options: Box::new(options), schema: schema.clone() }
            }
            Location::Sqlite(path) => Connector::Sqlite(Box::new(sqlite_connect_options(path, true))),
        };
        let mut session = connector.connect().await.map_err(OpenError::Database)?;
        let head: Head = session.head().await.map_err(OpenError::Database)?;

        let (urgent, urgent_items) = mpsc::channel(options.limits.queue_max);
        let (normal, normal_items) = mpsc::channel(options.limits.queue_max);
        let (publish, published) = watch::channel(head.checkpoint());
        let tail = Arc::new(Tail::default());
        let skew_micros = Arc::new(AtomicI64::new(0));
        let metrics = Metrics::new(&options.name);
        let writer = Writer {
            connector,
            session: Some(session),
            head,
            clock: clock.clone(),
            urgent: urgent_items,
            normal: normal_items,
            published: publish,
            tail: tail.clone(),
            skew_micros: skew_micros.clone(),
            metrics: metrics.clone(),
            exclusive_batches_left: 0,
            room_until: 0,
            room_retry_at: None,
        };
        let writer = tokio::spawn(writer.run());
        let log = Arc::new(Inner {
            name: options.name,
            database,
            clock,
            ids,
            limits: options.limits,
            queues: Mutex::new(Some(Queues { urgent, normal })),
            published,
            tail,
            metrics,
            skew_micros,
            writer: Mutex::new(Some(writer)),
            _file_lock: file_lock,
        });
        metrics::observe(&log);
        Ok(Self(log))
    }

    /// Appends for one stream, durably, or not at all. Answers once the commit's outcome is known, or the deadline
    /// has passed.
    #[tracing::instrument(name = "log.append", skip_all, fields(events = append.events.len(), urgent = append.urgent))]
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        self.check_size(&append)?;
        let deadline = append.deadline;
        let urgent = append.urgent;
        let claimed = Arc::new(AtomicBool::new(false));
        let (reply, answer) = oneshot::channel();
        let item = Item { append, reply, claimed: claimed.clone() };
        let queues = self.0.queues.lock().clone();
        let queues = queues.ok_or_else(|| AppendError::Unavailable("the log is closed".to_owned()))?;
        let queue = if urgent { &queues.urgent } else { &queues.normal };
        queue.try_send(item).map_err(|error| match error {
            TrySendError::Full(_) => {
                self.0.metrics.queue_full();
                AppendError::QueueFull
            }
            TrySendError::Closed(_) => AppendError::Unavailable("the log is closed".to_owned()),
        })?;
        drop(queues);

        let answered = match deadline {
            Some(deadline) => match tokio::time::timeout_at(deadline, answer).await {
                Ok(answered) => answered,
                Err(_) if claimed.swap(true, Ordering::SeqCst) => return Err(AppendError::OutcomeUnknown),
                Err(_) => return Err(AppendError::Expired),
            },
            None => answer.await,
        };
        answered.unwrap_or_else(|_| match claimed.swap(true, Ordering::SeqCst) {
            true => Err(AppendError::OutcomeUnknown),
            false => Err(AppendError::Unavailable("the log was closed".to_owned())),
        })
    }

    async fn query(&self, sql: impl SqlSafeStr, values: &[Value]) -> Result<Vec<Row>, ReadError> {
        in_time(self.0.database.query(sql, values)).await
    }

    fn check_size(&self, append: &Append) -> Result<(), AppendError> {
        let limits = &self.0.limits;
        for event in &append.events {
            let bytes = event.bytes();
            if bytes > limits.event_bytes_max {
                return Err(AppendError::TooLarge { what: "event", bytes, limit: limits.event_bytes_max });
            }
        }
        let bytes = append.bytes();
        if bytes > limits.append_bytes_max {
            return Err(AppendError::TooLarge { what: "command", bytes, limit: limits.append_bytes_max });
        }
        Ok(())
    }

    /// The end of the log as this process last saw it; no I/O.
    pub fn known_head(&self) -> Checkpoint {
        *self.0.published.borrow()
    }

    /// Events after `checkpoint`, for ever.
    pub fn subscribe(&self, checkpoint: Checkpoint) -> Subscription {
        Subscription::new(self.clone(), checkpoint)
    }

    /// Own clock less the database's at the last commit (rule 9).
    pub fn clock_skew(&self) -> Duration {
        Duration::from_micros(self.0.skew_micros.load(Ordering::Relaxed).unsigned_abs())
    }

    /// What the log is called (see [`Options::name`]).
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The clock of the log's process.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.0.clock
    }

    /// Where new ids come from.
    pub fn ids(&self) -> &Arc<dyn Ids> {
        &self.0.ids
    }

    /// Whether the database answers, within `timeout`.
    pub async fn ping(&self, timeout: Duration) -> bool {
        let asked = self.0.database.query("SELECT 1", &[]);
        matches!(tokio::time::timeout(timeout, asked).await, Ok(Ok(_)))
    }

    /// Takes no more appends, commits what is queued, closes all connections; bounded by `deadline`.
    pub async fn close(&self, deadline: Instant) {
        self.0.queues.lock().take();
        let writer = self.0.writer.lock().take();
        if let Some(mut writer) = writer
            && tokio::time::timeout_at(deadline, &mut writer).await.is_err()
        {
            tracing::warn!("the writer did not finish in time");
            writer.abort();
        }
        let _ = tokio::time::timeout_at(deadline, self.0.database.close()).await;
    }
}

/// A read that gets no answer in time counts as failed: its connection is dropped, and the next may be better.
async fn in_time(read: impl Future<Output = Result<Vec<Row>, sqlx::Error>>) -> Result<Vec<Row>, ReadError> {
    match tokio::time::timeout(READ_TIMEOUT, read).await {
        Ok(rows) => Ok(rows?),
        Err(_) => Err(ReadError::Database(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))),
    }
}
