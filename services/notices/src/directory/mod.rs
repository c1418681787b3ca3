//! Who can be told: accounts, people and staff members as `routing` publishes them. A view, rebuilt at any time.

mod error;
mod projection;
mod query;
mod settled;

use std::sync::Arc;

use tokio::sync::watch;
use tokio::time::{Duration, timeout};
use uuid::Uuid;
use vigie_eventlog::view::{Feed, Follower, Retry, State};
use vigie_eventlog::{Database, DatabaseOptions, MigrationText};

pub use error::Error;
pub use query::Known;
pub(crate) use query::Recorded;

use self::projection::Directory as Projection;

const MIGRATIONS: &[MigrationText] = &[MigrationText {
    version: 1,
    description: "directory of contacts",
    postgres: include_str!("../../migrations/postgres/directory/0001_directory.sql"),
    sqlite: include_str!("../../migrations/sqlite/directory/0001_directory.sql"),
}];

/// How long a cause may wait for the directory before it is tried again.
const WAIT_MAX: Duration = Duration::from_secs(3);

/// The directory. Cheap to clone.
#[derive(Clone)]
pub struct Directory {
    /// `None` where accounts are not kept by us: then nobody is known.
    follower: Option<Follower<Projection>>,
}

impl Directory {
    /// Opens the directory over what comes by `feed`; without one it stays empty.
    pub async fn open(
        options: &DatabaseOptions,
        owner_url: Option<&str>,
        feed: Option<Arc<dyn Feed>>,
    ) -> Result<Self, Error> {
        let Some(feed) = feed else { return Ok(Self { follower: None }) };
        let database = Database::open_migrated(options, owner_url, MIGRATIONS).await?;
        let follower = Follower::open(Projection::default(), database, feed, Retry::default()).await?;
        Ok(Self { follower: Some(follower) })
    }

    /// Follows the log; may be dropped at any await. Without a log it waits for ever.
    pub async fn follow(&self) -> Error {
        match &self.follower {
            Some(follower) => follower.run().await,
            None => std::future::pending().await,
        }
    }

    /// Whether it moves on, and how that changes; `None` without a log.
    pub fn states(&self) -> Option<watch::Receiver<State>> {
        self.follower.as_ref().map(Follower::states)
    }

    /// Waits until what `position` of its log says is in.
    pub async fn reached(&self, position: i64) {
        if let Some(follower) = &self.follower {
            follower.reached(position).await;
        }
    }

    /// Waits until it knows what its log knows: up to `position` where the cause is of that log, and otherwise until it has
    /// caught up. False if that takes too long: a notice that is decided too early would not know whom to tell.
    pub async fn is_ready_for(&self, position: Option<i64>) -> bool {
        let Some(follower) = &self.follower else { return true };
        let ready = async {
            match position {
                Some(position) => follower.reached(position).await,
                None => follower.projection().settled().wait(&mut follower.states()).await,
            }
        };
        timeout(WAIT_MAX, ready).await.is_ok()
    }

    /// What it knows of an account, and of those above it, nearest first.
    pub async fn account(&self, account_id: Uuid) -> Result<Vec<Known>, Error> {
        match &self.follower {
            Some(follower) => query::chain(follower.database(), account_id).await,
            None => Ok(Vec::new()),
        }
    }

    /// What is on record of an account's people, reachable or not; with those `above` it if they may be told too.
    pub async fn recorded(&self, account_id: Uuid, above: bool) -> Result<Recorded, Error> {
        match &self.follower {
            Some(follower) => query::recorded(follower.database(), account_id, above).await,
            None => Ok(Recorded::NoAccount),
        }
    }

    /// The person of an account who has that user id, if they can be reached.
    pub async fn person(
        &self,
        account_id: Uuid,
        user_id: &str,
    ) -> Result<Option<crate::domain::Person>, Error> {
        match &self.follower {
            Some(follower) => query::person_of_user(follower.database(), account_id, user_id).await,
            None => Ok(None),
        }
    }

    /// A staff member.
    pub async fn staff(&self, staff_id: Uuid) -> Result<Option<crate::events::StaffEntry>, Error> {
        match &self.follower {
            Some(follower) => query::staff(follower.database(), staff_id).await,
            None => Ok(None),
        }
    }

    /// At most `limit` accounts after `after`, in order of id.
    pub async fn accounts_after(&self, after: Option<Uuid>, limit: usize) -> Result<Vec<Uuid>, Error> {
        match &self.follower {
            Some(follower) => query::accounts_after(follower.database(), after, limit).await,
            None => Ok(Vec::new()),
        }
    }

    /// Forgets everything and reads the log from its beginning: what to do after that log was restored.
    pub async fn start_over(&self) -> Result<(), Error> {
        match &self.follower {
            Some(follower) => follower.start_over().await,
            None => Ok(()),
        }
    }

    /// Closes all connections.
    pub async fn close(&self) {
        if let Some(follower) = &self.follower {
            follower.close().await;
        }
    }
}
