//! Computes the ledger anew beside the live one, and compares both at the same position.

use std::path::{Path, PathBuf};

use vigie_eventlog::view::{BATCH_MAX, Cursor, Feed, Projection as _};
use vigie_eventlog::{Checkpoint, Database, DatabaseOptions, Location};

use super::digest::{Digest, digest};
use super::projection::{Ledger, standing};
use super::table::MIGRATIONS;
use crate::Error;

/// How far a rebuild has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Events read.
    pub events_done: i64,
    /// Events to read, as far as known: the live ledger moves on meanwhile.
    pub events_total: i64,
}

/// What a rebuild found. It never replaces the live ledger by itself: a difference waits for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The position at which both were compared.
    pub at: Checkpoint,
    /// Of the ledger as rebuilt.
    pub rebuilt: Digest,
    /// Of the live ledger.
    pub live: Digest,
}

impl Comparison {
    /// Whether the live ledger says what the log says.
    pub fn agrees(&self) -> bool {
        self.rebuilt == self.live
    }
}

/// Where a ledger at `location` is computed anew: a schema or a file beside it.
pub(crate) fn scratch_location(location: &Location) -> Location {
    match location {
        Location::Postgres { url, schema } => {
            Location::Postgres { url: url.clone(), schema: format!("{schema}_rebuild") }
        }
        Location::Sqlite(path) => Location::Sqlite(with_suffix(path, ".rebuild")),
    }
}

/// Rebuilds into `scratch` (emptied before and after) and compares with `live`.
///
/// Two rebuilds into one scratch location hurt only each other: the checkpoint's compare-and-set fails one of them.
pub(crate) async fn rebuild(
    live: &Database,
    scratch: &DatabaseOptions,
    feed: &dyn Feed,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Comparison, Error> {
    remove_files(&scratch.location).await?;
    let database = Database::open(scratch).await.map_err(super::Error::from)?;
    let result = compare(live, &database, &scratch.location, feed, progress).await;
    let dropped = drop_schema(&database, &scratch.location).await;
    database.close().await;
    remove_files(&scratch.location).await?;
    let comparison = result?;
    dropped?;
    Ok(comparison)
}

async fn compare(
    live: &Database,
    database: &Database,
    location: &Location,
    feed: &dyn Feed,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Comparison, Error> {
    drop_schema(database, location).await?;
    database.migrate(MIGRATIONS, location.schema()).await.map_err(super::Error::from)?;
    let mut cursor = Cursor::<Ledger>::resume(database.clone()).await?;

    // Most of the way first, and then exactly to where one snapshot of the live ledger stands.
    let nearly = Ledger::CHECKPOINT.read(live).await.map_err(super::Error::from)?;
    advance(&mut cursor, nearly, feed, progress).await?;
    let mut snapshot = live.begin_snapshot().await.map_err(super::Error::from)?;
    let at = standing(&mut snapshot).await?.checkpoint;
    let live_digest = digest(&mut snapshot).await?;
    snapshot.rollback().await.map_err(super::Error::from)?;
    advance(&mut cursor, at, feed, progress).await?;

    let mut snapshot = database.begin_snapshot().await.map_err(super::Error::from)?;
    if standing(&mut snapshot).await?.checkpoint != at {
        return Err(super::Error::CheckpointMoved.into());
    }
    let rebuilt = digest(&mut snapshot).await?;
    snapshot.rollback().await.map_err(super::Error::from)?;
    Ok(Comparison { at, rebuilt, live: live_digest })
}

/// Reads on until `target`, and never past it.
async fn advance(
    cursor: &mut Cursor<Ledger>,
    target: Checkpoint,
    feed: &dyn Feed,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<(), Error> {
    let mut done = cursor.checkpoint().position;
    progress(Progress { events_done: done, events_total: target.position });
    if done >= target.position {
        return Ok(());
    }
    // A log without the target, restored from an older backup, would be waited for without end.
    feed.read_after(target).await?;
    let mut source = feed.read_after(cursor.checkpoint()).await?;
    while done < target.position {
        // Positions are dense (rule 2), so that as many events as positions are left end at the target.
        let left = usize::try_from(target.position - done).unwrap_or(usize::MAX);
        let batch = source.next_batch(left.min(BATCH_MAX)).await?;
        cursor.take_in(&batch).await?;
        done = cursor.checkpoint().position;
        progress(Progress { events_done: done, events_total: target.position });
    }
    Ok(())
}

/// Removes what an earlier rebuild left in PostgreSQL.
async fn drop_schema(database: &Database, location: &Location) -> Result<(), super::Error> {
    if let Location::Postgres { schema, .. } = location {
        let sql = format!("DROP SCHEMA IF EXISTS {} CASCADE", quoted(schema));
        database.execute(sqlx::AssertSqlSafe(sql), &[]).await?;
    }
    Ok(())
}

/// Removes what an earlier rebuild left of SQLite.
async fn remove_files(location: &Location) -> Result<(), Error> {
    let Location::Sqlite(path) = location else { return Ok(()) };
    for suffix in ["", "-wal", "-shm"] {
        match tokio::fs::remove_file(with_suffix(path, suffix)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::Scratch { path: path.clone(), source: error });
            }
            _ => {}
        }
    }
    Ok(())
}

fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
