//! Lines as tables: what lists, the pending scan and the sweep read. Never the truth: a command reads the log.
//!
//! Each event carries the line after it, so a row is the latest event of its line and nothing else. The tables can be
//! dropped and are then rebuilt from the log.

mod blocks;
mod candidates;
mod error;
mod metrics;
mod projection;
mod query;
mod row;

use std::sync::Arc;

use vigie_eventlog::view::{self, Follower, Projection as _, Retry, State};
use vigie_eventlog::{Database, EventLog, MigrationText, ReadError};

use self::projection::Projection;
use crate::options::Options;
use crate::register;
pub(crate) use blocks::BlockMetrics;
pub use error::Error;
pub(crate) use query::{LineFilter, PageKey, PendingKey, Sight, Window};
pub(crate) use row::LineRow;

const MIGRATIONS: &[MigrationText] = &[
    MigrationText {
        version: 1,
        description: "lines view",
        postgres: include_str!("../../migrations/postgres/0001_lines_view.sql"),
        sqlite: include_str!("../../migrations/sqlite/0001_lines_view.sql"),
    },
    register::MIGRATION,
    MigrationText {
        version: 3,
        description: "handsets, twins and ports",
        postgres: include_str!("../../migrations/postgres/0003_handsets_twins_ports.sql"),
        sqlite: include_str!("../../migrations/sqlite/0003_handsets_twins_ports.sql"),
    },
];

/// The view. Cheap to clone.
#[derive(Clone)]
pub(crate) struct View(Follower<Projection>);

impl View {
    /// Opens the view's database and brings its schema up to date.
    pub(crate) async fn open(options: &Options, log: &EventLog) -> Result<Self, Error> {
        let database =
            Database::open_migrated(&options.view, options.owner_url.as_deref(), MIGRATIONS).await?;
        let projection = Projection::new(log.clock().clone());
        let follower = Follower::open(projection, database, Arc::new(log.clone()), Retry::default());
        Ok(Self(follower.await?))
    }

    /// The database, for what lives beside the view.
    pub(crate) fn database(&self) -> &Database {
        self.0.database()
    }

    /// Follows the log; may be dropped at any await. A failure that may pass is waited out; one that may not ends it.
    pub(crate) async fn follow(&self) -> Error {
        self.0.run().await
    }

    /// Whether the view moves on.
    pub(crate) fn state(&self) -> State {
        self.0.state()
    }

    /// The position up to which this process has seen the view come.
    pub(crate) fn position(&self) -> i64 {
        self.0.position()
    }

    /// Waits until everything up to `position` is taken in.
    pub(crate) async fn reached(&self, position: i64) {
        self.0.reached(position).await;
    }

    /// Whether the view has read what is not in `log`: the log was restored from an older backup.
    pub(crate) async fn is_of_another_past(&self, log: &EventLog) -> Result<bool, Error> {
        let read_so_far = Projection::CHECKPOINT.read(self.database()).await?;
        match log.check(&read_so_far).await {
            Ok(()) => Ok(false),
            Err(ReadError::CheckpointRefused { .. }) => Ok(true),
            Err(error) => Err(view::Error::from(error).into()),
        }
    }

    /// Forgets everything; a view that follows reads the log from its beginning. What to do after the log was restored.
    pub(crate) async fn start_over(&self) -> Result<(), Error> {
        self.0.start_over().await
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        self.0.close().await;
    }
}
