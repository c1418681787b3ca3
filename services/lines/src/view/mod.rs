//! Lines as tables: what lists, the pending scan and the sweep read. Never the truth: a command reads the log.
//!
//! Each event carries the line after it, so a row is the latest event of its line and nothing else. The tables can be
//! dropped and are then rebuilt from the log.

mod candidates;
mod metrics;
mod projection;
mod query;
mod row;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use vigie_eventlog::{Checkpoint, Database, DatabaseOptions, EventLog, Location, MigrationText, ReadError};

use self::metrics::Metrics;
use self::projection::Projection;
use crate::register;
pub(crate) use query::{LineFilter, PageKey, PendingKey, Sight, Window};
pub(crate) use row::LineRow;

/// Events in one transaction, at most.
const BATCH_MAX: usize = 512;

/// First wait after a failure that may pass.
const RETRY_MIN: Duration = Duration::from_millis(50);

/// Longest wait between two tries.
const RETRY_MAX: Duration = Duration::from_secs(5);

const MIGRATIONS: &[MigrationText] = &[
    MigrationText {
        version: 1,
        description: "lines view",
        postgres: include_str!("../../migrations/postgres/0001_lines_view.sql"),
        sqlite: include_str!("../../migrations/sqlite/0001_lines_view.sql"),
    },
    register::MIGRATION,
];

/// Why the view could not be read or moved on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database did not do it.
    #[error("the view's database refused or did not answer")]
    Database(#[from] sqlx::Error),
    /// Another process moved the checkpoint: read it again and go on from there (rule 22).
    #[error("another process moved the view's checkpoint")]
    CheckpointMoved,
    /// The log cannot be read, or its past is not the one that the view has read.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// A stored row does not read back: rebuild the view.
    #[error("column {0} of a line does not read back: rebuild the view")]
    Corrupt(&'static str),
}

impl Error {
    /// Whether trying again can help. What cannot pass by itself stops the view loudly.
    fn is_passing(&self) -> bool {
        matches!(self, Self::Database(_) | Self::CheckpointMoved | Self::Log(ReadError::Database(_)))
    }
}

/// The view. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct View {
    database: Database,
    reached: watch::Sender<i64>,
    stopped: Arc<AtomicBool>,
    started_over: Arc<Notify>,
    metrics: Metrics,
}

impl View {
    /// Opens the view's database and brings its schema up to date.
    pub(crate) async fn open(options: &DatabaseOptions) -> Result<Self, Error> {
        let database = Database::open(options).await?;
        let schema = match &options.location {
            Location::Postgres { schema, .. } => Some(schema.as_str()),
            Location::Sqlite(_) => None,
        };
        database.migrate(MIGRATIONS, schema).await?;
        let reached = projection::checkpoint(&database).await?.position;
        Ok(Self {
            database,
            reached: watch::Sender::new(reached),
            stopped: Arc::default(),
            started_over: Arc::default(),
            metrics: Metrics::new(),
        })
    }

    /// The database, for what lives beside the view.
    pub(crate) const fn database(&self) -> &Database {
        &self.database
    }

    /// Follows the log for ever; may be dropped at any await. A failure that may pass is waited out; one that may not
    /// ends it.
    pub(crate) async fn follow(&self, log: &EventLog) -> Error {
        let mut wait = RETRY_MIN;
        loop {
            let before = self.position();
            let error = match self.take_in_all(log).await {
                Ok(never) => match never {},
                Err(error) if error.is_passing() => error,
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "the view of lines stops");
                    return error;
                }
            };
            if self.position() > before {
                wait = RETRY_MIN;
            }
            tracing::warn!(error = &error as &dyn std::error::Error, ?wait, "the view of lines waits");
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(RETRY_MAX);
        }
    }

    async fn take_in_all(&self, log: &EventLog) -> Result<std::convert::Infallible, Error> {
        let mut projection = Projection::resume(self.database.clone()).await?;
        let mut events = log.subscribe(projection.checkpoint());
        loop {
            let batch = tokio::select! {
                batch = events.next_batch(BATCH_MAX) => batch?,
                () = self.started_over.notified() => return Err(Error::CheckpointMoved),
            };
            projection.take_in(&batch, events.checkpoint()).await?;
            self.reached.send_replace(projection.checkpoint().position);
            self.metrics.taken_in(&batch, log.clock().now());
        }
    }

    /// Says that nobody moves the view on any more.
    pub(crate) fn stopped(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether nobody moves the view on any more.
    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// The position up to which this process has seen the view come.
    pub(crate) fn position(&self) -> i64 {
        *self.reached.borrow()
    }

    /// Waits until everything up to `position` is taken in.
    pub(crate) async fn reached(&self, position: i64) {
        let mut reached = self.reached.subscribe();
        // Fails only when the sender is gone, which `self` holds.
        let _ = reached.wait_for(|reached| *reached >= position).await;
    }

    /// Forgets everything; a view that follows reads the log from its beginning. What to do after the log was restored.
    pub(crate) async fn start_over(&self) -> Result<(), Error> {
        projection::start_over(&self.database).await?;
        self.reached.send_replace(Checkpoint::START.position);
        self.started_over.notify_one();
        Ok(())
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        self.database.close().await;
    }
}
