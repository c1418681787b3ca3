//! Notices as a table: what lists read. Never the truth: a command reads the log.
//!
//! Each event carries the notice after it, so a row is the latest event of its notice and nothing else.

mod error;
mod projection;
mod query;
mod row;

use std::sync::Arc;

use vigie_eventlog::view::{Follower, Retry, State};
use vigie_eventlog::{Database, DatabaseOptions, EventLog, MigrationText};

pub use error::Error;
pub(crate) use query::{NoticeFilter, PageKey, Sight, Window};
pub(crate) use row::NoticeRow;

use self::projection::Projection;

const MIGRATIONS: &[MigrationText] = &[MigrationText {
    version: 1,
    description: "notices view",
    postgres: include_str!("../../migrations/postgres/view/0001_notices_view.sql"),
    sqlite: include_str!("../../migrations/sqlite/view/0001_notices_view.sql"),
}];

/// The view. Cheap to clone.
#[derive(Clone)]
pub(crate) struct View(Follower<Projection>);

impl View {
    /// Opens the view's database and brings its schema up to date.
    pub(crate) async fn open(
        options: &DatabaseOptions,
        owner_url: Option<&str>,
        log: &EventLog,
    ) -> Result<Self, Error> {
        let database = Database::open_migrated(options, owner_url, MIGRATIONS).await?;
        let feed = Arc::new(log.clone());
        Ok(Self(Follower::open(Projection, database, feed, Retry::default()).await?))
    }

    /// Follows the log; may be dropped at any await.
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

    /// Forgets everything; a view that follows reads the log from its beginning.
    pub(crate) async fn start_over(&self) -> Result<(), Error> {
        self.0.start_over().await
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        self.0.close().await;
    }

    fn database(&self) -> &Database {
        self.0.database()
    }
}
