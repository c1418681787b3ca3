//! The log as its users see it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use sqlx::SqlSafeStr;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::{Clock, Ids, Timestamp};

use crate::append::{Append, AppendError, Appended, RequestKey, RequestRecord};
use crate::batch::Item;
use crate::connector::Connector;
use crate::database::{
    Database, DatabaseOptions, Location, MigrationText, Row, Value, pg_connect_options,
    sqlite_connect_options,
};
use crate::engine::{Head, PostgresSession};
use crate::event::{Checkpoint, Hash, RecordedEvent};
use crate::file_lock::FileLock;
use crate::metrics::{self, Metrics};
use crate::subscription::Subscription;
use crate::tail::Tail;
use crate::timers::{Found, Timer};
use crate::writer::Writer;

/// How long a read may take.
const READ_TIMEOUT: Duration = Duration::from_secs(10);

pub(crate) const MIGRATIONS: &[MigrationText] = &[
    MigrationText {
        version: 1,
        description: "log",
        postgres: include_str!("../migrations/postgres/0001_log.sql"),
        sqlite: include_str!("../migrations/sqlite/0001_log.sql"),
    },
    MigrationText {
        version: 2,
        description: "timers by kind",
        postgres: include_str!("../migrations/postgres/0002_timers_by_kind.sql"),
        sqlite: include_str!("../migrations/sqlite/0002_timers_by_kind.sql"),
    },
];

macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "SELECT position, event_id, shard, incarnation, stream_id, stream_version, type, account_id, \
             recorded_at, occurred_at, actor, on_behalf_of, channel, request_id, act_id, traceparent, payload, hash \
             FROM events ",
            $rest
        )
    };
}
pub(crate) use select_events;

/// Bounds of what one append may hold (rule 3): below Kafka's `message.max.bytes`, or an accepted event would jam
/// an in-order relay for good.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of one event: its payload and its texts.
    pub event_bytes_max: usize,
    /// Bytes of all events of one append.
    pub append_bytes_max: usize,
    /// Appends that wait for the writer.
    pub queue_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { event_bytes_max: 64 << 10, append_bytes_max: 1 << 20, queue_max: 4096 }
    }
}

/// How a log is opened.
#[derive(Clone, Debug)]
pub struct Options {
    /// What it is called in metrics and backups: the context that it is of (`lines`).
    pub name: String,
    /// Where it is kept.
    pub location: Location,
    /// For PostgreSQL: an address with the owner's rights for migrations; `None` uses `location`.
    pub owner_url: Option<String>,
    /// Pooled connections for reading, at most.
    pub connections_max: u32,
    /// Bounds of appends.
    pub limits: Limits,
}

impl Options {
    /// A log with the usual bounds, called what its place is called.
    pub fn new(location: Location) -> Self {
        Self {
            name: location.name(),
            location,
            owner_url: None,
            connections_max: 8,
            limits: Limits::default(),
        }
    }
}

/// Why a log cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The database refuses or cannot be reached.
    #[error("the event log cannot be opened")]
    Database(#[source] sqlx::Error),
    /// Another process has the file (one process per file).
    #[error("{} is in use by another process", .0.display())]
    InUse(PathBuf),
    /// The lock file cannot be made.
    #[error("{} cannot be locked", .0.display())]
    Lock(PathBuf, #[source] std::io::Error),
    /// The database would lose what it acknowledged (rule 8).
    #[error("{0}")]
    NotDurable(String),
}

/// Why events cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The database refuses or cannot be reached.
    #[error("the event log cannot be read")]
    Database(#[from] sqlx::Error),
    /// The log is served by another process, which cannot be reached or does not let us read.
    #[error("the event log cannot be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Positions are dense; one is missing (rule 2).
    #[error("position {expected} is missing: the log goes on at {found}. Stop, and run `vigie log verify`")]
    Gap {
        /// The position that should have come.
        expected: i64,
        /// The position that came.
        found: i64,
    },
    /// The log's past is not the reader's (rule 13): it was restored from an older backup, or tampered with.
    #[error(
        "the checkpoint at position {position} of incarnation {incarnation} is not in this log, whose head is at \
         position {head}: the log was restored or changed. Rebuild this reader from the log"
    )]
    CheckpointRefused {
        /// The reader's position.
        position: i64,
        /// The reader's incarnation.
        incarnation: i64,
        /// The log's head.
        head: i64,
    },
}

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

    /// At most `limit` events after `position`, in order, without a gap.
    pub async fn read(&self, position: i64, limit: usize) -> Result<Vec<RecordedEvent>, ReadError> {
        let rows = self
            .query(
                select_events!("WHERE position > $1 ORDER BY position LIMIT $2"),
                &[position.into(), limit_value(limit)],
            )
            .await?;
        let events = rows.iter().map(event_of).collect::<Result<Vec<_>, _>>()?;
        for (expected, event) in (position + 1..).zip(&events) {
            if event.position != expected {
                return Err(ReadError::Gap { expected, found: event.position });
            }
        }
        Ok(events)
    }

    /// At most `limit` events of a stream after `version`, in order.
    pub async fn read_stream(
        &self,
        stream_id: Uuid,
        version: i64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, ReadError> {
        let rows = self
            .query(
                select_events!(
                    "WHERE stream_id = $1 AND stream_version > $2 ORDER BY stream_version LIMIT $3"
                ),
                &[stream_id.into(), version.into(), limit_value(limit)],
            )
            .await?;
        rows.iter().map(event_of).collect::<Result<_, _>>().map_err(ReadError::Database)
    }

    /// The event at `position`, if there is one.
    pub async fn event_at(&self, position: i64) -> Result<Option<RecordedEvent>, ReadError> {
        let rows = self.query(select_events!("WHERE position = $1"), &[position.into()]).await?;
        rows.first().map(event_of).transpose().map_err(ReadError::Database)
    }

    /// The end of the log, read now.
    pub async fn head(&self) -> Result<Checkpoint, ReadError> {
        let rows = self
            .query("SELECT incarnation, position, hash FROM events ORDER BY position DESC LIMIT 1", &[])
            .await?;
        match rows.first() {
            None => Ok(Checkpoint::START),
            Some(row) => Ok(Checkpoint {
                incarnation: row.i64(0)?,
                position: row.i64(1)?,
                hash: hash_of(row.bytes(2)?)?,
            }),
        }
    }

    /// The end of the log as this process last saw it; no I/O.
    pub fn known_head(&self) -> Checkpoint {
        *self.0.published.borrow()
    }

    /// Refuses a checkpoint that is not in this log's past (rule 13).
    pub async fn check(&self, checkpoint: &Checkpoint) -> Result<(), ReadError> {
        if checkpoint.position == 0 {
            return Ok(());
        }
        let there = self.event_at(checkpoint.position).await?.map(|event| event.checkpoint());
        if there.as_ref() == Some(checkpoint) {
            return Ok(());
        }
        let head = self.head().await?.position;
        let Checkpoint { position, incarnation, .. } = *checkpoint;
        Err(ReadError::CheckpointRefused { position, incarnation, head })
    }

    /// Events after `checkpoint`, for ever.
    pub fn subscribe(&self, checkpoint: Checkpoint) -> Subscription {
        Subscription::new(self.clone(), checkpoint)
    }

    /// A stream's version now (0 if there is none), and what is known of a request (rules 5 and 10).
    pub async fn confirm(
        &self,
        stream_id: Uuid,
        request: Option<&RequestKey>,
    ) -> Result<(i64, Option<RequestRecord>), ReadError> {
        let Some(key) = request else {
            let rows = self
                .0
                .database
                .query("SELECT version FROM streams WHERE stream_id = $1", &[stream_id.into()])
                .await?;
            return Ok((rows.first().map(|row| row.i64(0)).transpose()?.unwrap_or(0), None));
        };
        let rows = self
            .query(
                "SELECT (SELECT version FROM streams WHERE stream_id = $1), r.body_hash, r.stream_id, r.act_id \
                 FROM (SELECT 1 AS one) AS o LEFT JOIN requests AS r \
                 ON r.request_id = $2 AND r.caller = $3 AND r.method = $4",
                &[
                    stream_id.into(),
                    key.request_id.into(),
                    key.caller.as_str().into(),
                    key.method.as_str().into(),
                ],
            )
            .await?;
        let Some(row) = rows.first() else { return Ok((0, None)) };
        let version = row.opt_i64(0)?.unwrap_or(0);
        let Some(body_hash) = row.opt_bytes(1)? else { return Ok((version, None)) };
        let record = RequestRecord {
            key: key.clone(),
            body_hash: hash_of(body_hash)?.0,
            stream_id: row.uuid(2)?,
            act_id: row.uuid(3)?,
        };
        Ok((version, Some(record)))
    }

    /// The stream that holds an exclusive key (rule 15).
    pub async fn key_holder(&self, kind: &str, key: &str) -> Result<Option<Uuid>, ReadError> {
        let rows = self
            .query(
                "SELECT stream_id FROM keys WHERE kind = $1 AND key = $2 AND held",
                &[kind.into(), key.into()],
            )
            .await?;
        Ok(rows.first().map(|row| row.uuid(0)).transpose()?)
    }

    /// At most `limit` streams that share a key, in order of id.
    pub async fn key_members(&self, kind: &str, key: &str, limit: usize) -> Result<Vec<Uuid>, ReadError> {
        let rows = self
            .query(
                "SELECT stream_id FROM links WHERE kind = $1 AND key = $2 ORDER BY stream_id LIMIT $3",
                &[kind.into(), key.into(), limit_value(limit)],
            )
            .await?;
        Ok(rows.iter().map(|row| row.uuid(0)).collect::<Result<_, _>>()?)
    }

    /// At most `limit` streams of a kind whose timer is due at `now`, most overdue first.
    pub async fn due(
        &self,
        kind: &str,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(Uuid, Timestamp)>, ReadError> {
        let found = self.timers(kind, Timer::START, now, limit).await?;
        Ok(found.due.into_iter().map(|timer| (timer.stream_id, timer.due)).collect())
    }

    /// At most `limit` timers of a kind of stream behind `after` that are due at `now`, and when the next one will be.
    ///
    /// Planned anew each time: it is asked from the first moment on, and a plan for a table of hardly any rows scans all that come.
    pub(crate) async fn timers(
        &self,
        kind: &str,
        after: Timer,
        now: Timestamp,
        limit: usize,
    ) -> Result<Found, ReadError> {
        let values = [
            kind.into(),
            after.due.as_micros().into(),
            after.stream_id.into(),
            now.as_micros().into(),
            limit_value(limit),
        ];
        let rows = self.0.database.query_planned_anew(
            "SELECT * FROM (SELECT stream_id, due_at FROM streams \
               WHERE kind = $1 AND due_at IS NOT NULL AND (due_at, stream_id) > ($2, $3) AND due_at <= $4 \
               ORDER BY due_at, stream_id LIMIT $5) AS due \
             UNION ALL SELECT * FROM (SELECT stream_id, due_at FROM streams \
               WHERE kind = $1 AND due_at IS NOT NULL AND due_at > $4 ORDER BY due_at, stream_id LIMIT 1) AS next",
            &values,
        );
        let mut found = Found::default();
        for row in in_time(rows).await? {
            let timer = Timer { stream_id: row.uuid(0)?, due: Timestamp::from_micros(row.i64(1)?) };
            if timer.due > now {
                found.next = Some(timer.due);
            } else {
                found.due.push(timer);
            }
        }
        // Of a union no order is promised.
        found.due.sort_unstable();
        Ok(found)
    }

    /// At most `limit` streams whose lease ran out without being given back.
    pub async fn abandoned_leases(&self, now: Timestamp, limit: usize) -> Result<Vec<Uuid>, ReadError> {
        let rows = self
            .query(
                "SELECT stream_id FROM streams WHERE lease_holder IS NOT NULL AND lease_until <= $1 \
                 ORDER BY lease_until LIMIT $2",
                &[now.as_micros().into(), limit_value(limit)],
            )
            .await?;
        Ok(rows.iter().map(|row| row.uuid(0)).collect::<Result<_, _>>()?)
    }

    /// Forgets at most `limit` requests recorded before `before`; answers how many it forgot.
    pub async fn purge_requests(&self, before: Timestamp, limit: usize) -> Result<u64, ReadError> {
        let purged = self
            .0
            .database
            .execute(
                "DELETE FROM requests WHERE (request_id, caller, method) IN \
                 (SELECT request_id, caller, method FROM requests WHERE recorded_at < $1 \
                  ORDER BY recorded_at LIMIT $2)",
                &[before.as_micros().into(), limit_value(limit)],
            )
            .await?;
        Ok(purged)
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

pub(crate) fn limit_value(limit: usize) -> crate::database::Value {
    i64::try_from(limit).unwrap_or(i64::MAX).into()
}

pub(crate) fn hash_of(bytes: Vec<u8>) -> Result<Hash, sqlx::Error> {
    bytes.try_into().map(Hash).map_err(|_| sqlx::Error::Decode("a hash has 32 bytes".into()))
}

pub(crate) fn event_of(row: &Row) -> Result<RecordedEvent, sqlx::Error> {
    Ok(RecordedEvent {
        position: row.i64(0)?,
        event_id: row.uuid(1)?,
        shard: i32::try_from(row.i64(2)?).map_err(|error| sqlx::Error::Decode(error.into()))?,
        incarnation: row.i64(3)?,
        stream_id: row.uuid(4)?,
        stream_version: row.i64(5)?,
        event_type: row.text(6)?,
        account_id: row.uuid(7)?,
        recorded_at: Timestamp::from_micros(row.i64(8)?),
        occurred_at: Timestamp::from_micros(row.i64(9)?),
        actor: row.text(10)?,
        on_behalf_of: row.opt_text(11)?,
        channel: row.text(12)?,
        request_id: row.opt_uuid(13)?,
        act_id: row.opt_uuid(14)?,
        traceparent: row.opt_text(15)?,
        payload: row.bytes(16)?,
        hash: hash_of(row.bytes(17)?)?,
    })
}
