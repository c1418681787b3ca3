//! Computes the ledger anew beside the live one, and compares both at the same position.

use vigie_eventlog::view::{
    Comparison, Cursor, Feed, Projection as _, Step, advance, discard_scratch, open_scratch,
};
use vigie_eventlog::{Database, DatabaseOptions};

use super::projection::{Ledger, standing};
use super::table::{MIGRATIONS, digest};
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
