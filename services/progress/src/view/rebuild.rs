//! Computes the view anew beside the live one, and compares both at the same position.

use sqlx::AssertSqlSafe;
use vigie_eventlog::view::{Comparison, Cursor, Digest, Feed, Step, advance, discard_scratch, open_scratch};
use vigie_eventlog::{Database, DatabaseOptions, Transaction};

use super::projection::{View, standing};
use super::table::{ACTS, LINES, MIGRATIONS, QUERY_INDEXES, SKIPPED_EVENTS, TIMELINE, digest};
use crate::Error;

/// Rebuilds into `scratch` (emptied before and after) and compares with `live`.
pub(crate) async fn rebuild(
    live: &Database,
    scratch: &DatabaseOptions,
    feed: &dyn Feed,
    progress: &mut (dyn FnMut(Step) + Send),
) -> Result<Comparison, Error> {
    let database = open_scratch(scratch, MIGRATIONS).await?;
    let compared = compare(live, &database, feed, progress).await;
    let discarded = discard_scratch(database, &scratch.location).await;
    let comparison = compared?;
    discarded?;
    Ok(comparison)
}

async fn compare(
    live: &Database,
    database: &Database,
    feed: &dyn Feed,
    progress: &mut (dyn FnMut(Step) + Send),
) -> Result<Comparison, Error> {
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
