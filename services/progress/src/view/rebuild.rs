//! Computes the view anew beside the live one, and compares both at the same position.

use std::path::{Path, PathBuf};

use sqlx::AssertSqlSafe;
use vigie_eventlog::view::{BATCH_MAX, Cursor, Feed};
use vigie_eventlog::{Checkpoint, Database, DatabaseOptions, Location, Transaction};

use super::digest::{Digest, digest};
use super::projection::{View, standing};
use super::table::{ACTS, LINES, MIGRATIONS, QUERY_INDEXES, SKIPPED_EVENTS, TIMELINE};
use crate::Error;

/// How far a rebuild has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Events read.
    pub events_done: i64,
    /// Events to read: as many as the live view had read when the rebuild began.
    pub events_total: i64,
}

/// What a rebuild found. It never replaces the live view by itself: a difference waits for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The position at which both were compared.
    pub at: Checkpoint,
    /// Of the view as rebuilt.
    pub rebuilt: Digest,
    /// Of the live view.
    pub live: Digest,
}

impl Comparison {
    /// Whether the live view says what the log says.
    pub fn agrees(&self) -> bool {
        self.rebuilt == self.live
    }
}

/// Where a view at `location` is computed anew: a schema or a file beside it.
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
    progress: &mut (dyn FnMut(Step) + Send),
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
    progress: &mut (dyn FnMut(Step) + Send),
) -> Result<Comparison, Error> {
    drop_schema(database, location).await?;
    database.migrate(MIGRATIONS, location.schema()).await.map_err(super::Error::from)?;
    make_bare(database).await?;
    let mut cursor = Cursor::<View>::resume(database.clone()).await?;

    let mut snapshot = live.begin_snapshot().await.map_err(super::Error::from)?;
    let at = standing(&mut snapshot).await?.checkpoint;
    copy_skipped(&mut snapshot, database).await?;
    let (live_digest, arrived) =
        tokio::join!(digest_and_close(snapshot), advance(&mut cursor, at, feed, progress));
    let live_digest = live_digest?;
    arrived?;

    let mut snapshot = database.begin_snapshot().await.map_err(super::Error::from)?;
    if standing(&mut snapshot).await?.checkpoint != at {
        return Err(super::Error::CheckpointMoved.into());
    }
    let rebuilt = digest_and_close(snapshot).await?;
    Ok(Comparison { at, rebuilt, live: live_digest })
}

async fn digest_and_close(mut snapshot: Transaction) -> Result<Digest, super::Error> {
    let digest = digest(&mut snapshot).await?;
    snapshot.rollback().await?;
    Ok(digest)
}

/// What a person let pass by is not in the log: the one thing that a rebuild takes from the live view.
async fn copy_skipped(live: &mut Transaction, scratch: &Database) -> Result<(), super::Error> {
    let sql = SKIPPED_EVENTS.select();
    let rows = live.query(AssertSqlSafe(sql), &[]).await?;
    let rows: Vec<_> = rows.iter().map(|row| SKIPPED_EVENTS.values(row)).collect::<Result<_, _>>()?;
    let mut transaction = scratch.begin().await?;
    SKIPPED_EVENTS.put(&mut transaction, rows).await?;
    Ok(transaction.commit().await?)
}

/// Takes away what only queries and crashes need: nobody queries the scratch tables, and a crash drops them.
async fn make_bare(database: &Database) -> Result<(), super::Error> {
    for index in QUERY_INDEXES {
        database.execute(AssertSqlSafe(format!("DROP INDEX {index}")), &[]).await?;
    }
    if matches!(database, Database::Postgres(_)) {
        for table in [&LINES, &TIMELINE, &ACTS] {
            let sql = format!("ALTER TABLE {} SET UNLOGGED", table.name);
            database.execute(AssertSqlSafe(sql), &[]).await?;
        }
    }
    Ok(())
}

/// Reads on until `target`, and never past it. The next batch is read while one is taken in.
async fn advance(
    cursor: &mut Cursor<View>,
    target: Checkpoint,
    feed: &dyn Feed,
    progress: &mut (dyn FnMut(Step) + Send),
) -> Result<(), Error> {
    let mut done = cursor.checkpoint().position;
    progress(Step { events_done: done, events_total: target.position });
    if done >= target.position {
        return Ok(());
    }
    // A log without the target, restored from an older backup, would be waited for without end.
    feed.read_after(target).await?;
    let mut source = feed.read_after(cursor.checkpoint()).await?;
    // Positions are dense (rule 2), so that as many events as positions are left end at the target.
    let left_after = |position: i64| usize::try_from(target.position - position).unwrap_or(0).min(BATCH_MAX);
    let mut batch = source.next_batch(left_after(done)).await?;
    loop {
        let left = left_after(batch.resume.position);
        if left == 0 {
            cursor.take_in(&batch).await?;
            done = cursor.checkpoint().position;
            progress(Step { events_done: done, events_total: target.position });
            return Ok(());
        }
        let (taken_in, next) = tokio::join!(cursor.take_in(&batch), source.next_batch(left));
        taken_in?;
        done = cursor.checkpoint().position;
        progress(Step { events_done: done, events_total: target.position });
        batch = next?;
    }
}

/// Removes what an earlier rebuild left in PostgreSQL.
async fn drop_schema(database: &Database, location: &Location) -> Result<(), super::Error> {
    if let Location::Postgres { schema, .. } = location {
        let sql = format!("DROP SCHEMA IF EXISTS {} CASCADE", quoted(schema));
        database.execute(AssertSqlSafe(sql), &[]).await?;
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
