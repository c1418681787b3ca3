//! Customers, staff, desks, contact points and what came of contacts as tables: what lists read. Never the truth: a command reads the log.
//!
//! Each event carries the state after it, so a row is the latest event of its stream and nothing else. The tables can be
//! dropped and are then rebuilt from the log.

mod absences;
mod accounts;
mod assignments;
mod columns;
mod contact_points;
mod contacts;
mod desks;
mod error;
mod latest;
mod metrics;
mod people;
mod projection;
mod projects;
mod rejected_facts;
mod review_plans;
mod staff;
mod standing;
mod work;

use std::sync::Arc;

use vigie_eventlog::view::{Follower, Retry, State};
use vigie_eventlog::{Database, EventLog, MigrationText};

use self::projection::Projection;
use crate::options::Options;
pub(crate) use accounts::{AccountFilter, AccountKey, AccountRow, Inherited, Sight, Window};
pub(crate) use assignments::AssignmentKey;
pub(crate) use contact_points::ContactPointKey;
pub(crate) use contacts::{ContactFilter, ContactKey};
pub(crate) use desks::{DeskKey, DeskRow};
pub use error::Error;
pub(crate) use people::{PersonFilter, PersonKey, PersonRow};
pub(crate) use projects::ProjectKey;
pub(crate) use rejected_facts::RejectedFactKey;
pub(crate) use review_plans::ReviewPlanKey;
pub(crate) use staff::{StaffKey, StaffRow};
pub(crate) use standing::{Concerned, RecipientKey, RecipientRow};
pub(crate) use work::{WorkKey, WorkKind, WorkRow};

const MIGRATIONS: &[MigrationText] = &[
    MigrationText {
        version: 1,
        description: "customers view",
        postgres: include_str!("../../migrations/postgres/0001_customers_view.sql"),
        sqlite: include_str!("../../migrations/sqlite/0001_customers_view.sql"),
    },
    MigrationText {
        version: 2,
        description: "house view",
        postgres: include_str!("../../migrations/postgres/0002_house_view.sql"),
        sqlite: include_str!("../../migrations/sqlite/0002_house_view.sql"),
    },
    MigrationText {
        version: 3,
        description: "outcomes view",
        postgres: include_str!("../../migrations/postgres/0003_outcomes_view.sql"),
        sqlite: include_str!("../../migrations/sqlite/0003_outcomes_view.sql"),
    },
    MigrationText {
        version: 4,
        description: "standing view",
        postgres: include_str!("../../migrations/postgres/0004_standing_view.sql"),
        sqlite: include_str!("../../migrations/sqlite/0004_standing_view.sql"),
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

    /// The database.
    fn database(&self) -> &Database {
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

    /// Forgets everything; a view that follows reads the log from its beginning. What to do after the log was restored.
    pub(crate) async fn start_over(&self) -> Result<(), Error> {
        self.0.start_over().await
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        self.0.close().await;
    }
}
