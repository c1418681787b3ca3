//! What every rebuild of a view shares: a place of its own beside the live one, the way there, and what it comes to.

use std::path::{Path, PathBuf};

use sqlx::AssertSqlSafe;

use super::{Cursor, Digest, Error, Feed, Projection};
use crate::database::{Database, DatabaseOptions, Location, MigrationText};
use crate::event::Checkpoint;

/// Events taken in at once. Many, since nobody waits for the first of them; at 1 KB each two times 4 MB.
const EVENTS_AT_ONCE: usize = 4_096;

/// How far a rebuild has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Events read.
    pub events_done: i64,
    /// Events to read, as far as known: the live view moves on meanwhile.
    pub events_total: i64,
}

/// What a rebuild found. It never replaces the live view by itself: a difference waits for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Both are compared here.
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
pub fn scratch_location(location: &Location) -> Location {
    match location {
        Location::Postgres { url, schema } => {
            Location::Postgres { url: url.clone(), schema: format!("{schema}_rebuild") }
        }
        Location::Sqlite(path) => Location::Sqlite(with_suffix(path, ".rebuild")),
    }
}

/// An empty view at the scratch location, whatever an earlier rebuild left there. [`discard_scratch`] ends it.
///
/// Two rebuilds into one scratch location hurt only each other: the checkpoint's compare-and-set fails one of them.
pub async fn open_scratch(
    options: &DatabaseOptions,
    migrations: &[MigrationText],
) -> Result<Database, Error> {
    remove_files(&options.location).await?;
    let database = Database::open(options).await?;
    let prepared = async {
        drop_schema(&database, &options.location).await?;
        database.migrate(migrations, options.location.schema()).await
    };
    match prepared.await {
        Ok(()) => Ok(database),
        Err(error) => {
            // What went wrong first is what to tell.
            let _ = discard_scratch(database, &options.location).await;
            Err(error.into())
        }
    }
}

/// Removes what a rebuild made.
pub async fn discard_scratch(database: Database, location: &Location) -> Result<(), Error> {
    let dropped = drop_schema(&database, location).await;
    database.close().await;
    remove_files(location).await?;
    Ok(dropped?)
}

/// Reads on until `target`, and never past it. The next batch is read while one is taken in.
pub async fn advance<P: Projection>(
    cursor: &mut Cursor<P>,
    target: Checkpoint,
    feed: &dyn Feed,
    progress: &mut (dyn FnMut(Step) + Send),
) -> Result<(), P::Error> {
    let mut done = cursor.checkpoint().position;
    progress(Step { events_done: done, events_total: target.position });
    if done >= target.position {
        return Ok(());
    }
    // A log without the target, restored from an older backup, would be waited for without end.
    feed.read_after(target).await.map_err(Error::from)?;
    let mut source = feed.read_after(cursor.checkpoint()).await.map_err(Error::from)?;
    // Positions are dense (rule 2), so that as many events as positions are left end at the target.
    let left_after =
        |position: i64| usize::try_from(target.position - position).unwrap_or(0).min(EVENTS_AT_ONCE);
    let mut batch = source.next_batch(left_after(done)).await.map_err(Error::from)?;
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
        batch = next.map_err(Error::from)?;
    }
}

/// Removes what an earlier rebuild left in PostgreSQL.
async fn drop_schema(database: &Database, location: &Location) -> Result<(), sqlx::Error> {
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
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::Scratch { path: path.clone(), source });
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
