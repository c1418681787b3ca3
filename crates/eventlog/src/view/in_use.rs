//! Whether a log is served now: what works offline must not begin beside a running service.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::database::{APPLICATION_NAME, Database, DatabaseOptions, Location};
use crate::file_lock::FileLock;
use crate::log::OpenError;

/// A process that has just ended may still be seen for so long.
const GONE_WITHIN: Duration = Duration::from_secs(2);

/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Whether another process has the log at `location` open: its lock on SQLite, its sessions on PostgreSQL, where each
/// writer keeps one.
pub async fn is_in_use(location: &Location) -> Result<bool, OpenError> {
    let end = Instant::now() + GONE_WITHIN;
    while is_in_use_now(location).await? {
        if Instant::now() >= end {
            return Ok(true);
        }
        sleep(LOOK_EVERY).await;
    }
    Ok(false)
}

async fn is_in_use_now(location: &Location) -> Result<bool, OpenError> {
    match location {
        Location::Sqlite(_) => match FileLock::of(location) {
            Ok(_unlocked_again) => Ok(false),
            Err(OpenError::InUse(_)) => Ok(true),
            Err(error) => Err(error),
        },
        Location::Postgres { .. } => has_sessions(location).await.map_err(OpenError::Database),
    }
}

async fn has_sessions(location: &Location) -> Result<bool, sqlx::Error> {
    let options = DatabaseOptions { connections_max: 1, ..DatabaseOptions::new(location.clone()) };
    let database = Database::open(&options).await?;
    let rows = database
        .query(
            "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND application_name = $1 AND pid <> pg_backend_pid()",
            &[APPLICATION_NAME.into()],
        )
        .await;
    database.close().await;
    Ok(rows?.first().ok_or(sqlx::Error::RowNotFound)?.i64(0)? > 0)
}
