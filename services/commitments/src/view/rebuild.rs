//! Computes the ledger anew beside the live one, and compares both at the same positions.

use vigie_eventlog::view::{Comparison, Cursor, Feed, Step, advance, discard_scratch, open_scratch};
use vigie_eventlog::{Checkpoint, Database, DatabaseOptions};

use super::Error as ViewError;
use super::follows::{Follows, OfLines, OfRouting};
use super::projection::{Ledger, standing};
use super::table::{MIGRATIONS, digest};
use crate::Error;

/// The logs to read; without that of `routing` its part of the ledger is compared as it was before the first event.
pub(crate) struct Feeds<'a> {
    pub(crate) lines: &'a dyn Feed,
    pub(crate) routing: Option<&'a dyn Feed>,
}

/// Where the ledger stands in each log.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Places {
    lines: Checkpoint,
    routing: Checkpoint,
}

/// Rebuilds into `scratch` (emptied before and after) and compares with `live`.
pub(crate) async fn rebuild(
    live: &Database,
    scratch: &DatabaseOptions,
    feeds: &Feeds<'_>,
    progress: &mut (dyn FnMut(Step) + Send),
) -> Result<Comparison, Error> {
    let database = open_scratch(scratch, MIGRATIONS).await?;
    let compared = compare(live, &database, feeds, progress).await;
    let discarded = discard_scratch(database, &scratch.location).await;
    let comparison = compared?;
    discarded?;
    Ok(comparison)
}

async fn compare(
    live: &Database,
    database: &Database,
    feeds: &Feeds<'_>,
    progress: &mut (dyn FnMut(Step) + Send),
) -> Result<Comparison, Error> {
    // Most of the way first, and then exactly to where one snapshot of the live ledger stands.
    let nearly = Places {
        lines: OfLines::CHECKPOINT.read(live).await.map_err(ViewError::from)?,
        routing: OfRouting::CHECKPOINT.read(live).await.map_err(ViewError::from)?,
    };
    go(database, nearly, feeds, progress).await?;
    let (at, live_digest) = seen(live).await?;
    go(database, at, feeds, progress).await?;
    let (there, rebuilt) = seen(database).await?;
    if there.lines != at.lines || (feeds.routing.is_some() && there != at) {
        return Err(ViewError::CheckpointMoved.into());
    }
    Ok(Comparison { at: at.lines, rebuilt, live: live_digest })
}

/// What one snapshot shows: where it stands, and its digest.
async fn seen(database: &Database) -> Result<(Places, vigie_eventlog::view::Digest), Error> {
    let mut snapshot = database.begin_snapshot().await.map_err(ViewError::from)?;
    let places = Places {
        lines: standing::<OfLines>(&mut snapshot).await?.checkpoint,
        routing: standing::<OfRouting>(&mut snapshot).await?.checkpoint,
    };
    let digest = digest(&mut snapshot).await?;
    snapshot.rollback().await.map_err(ViewError::from)?;
    Ok((places, digest))
}

/// Reads each log up to its place. Progress counts the events of both.
async fn go(
    database: &Database,
    to: Places,
    feeds: &Feeds<'_>,
    progress: &mut (dyn FnMut(Step) + Send),
) -> Result<(), Error> {
    let (of_lines, of_routing) = (to.lines.position, feeds.routing.map_or(0, |_| to.routing.position));
    let mut lines = Cursor::<Ledger<OfLines>>::resume(database.clone()).await?;
    let mut routing = Cursor::<Ledger<OfRouting>>::resume(database.clone()).await?;
    let routing_done = routing.checkpoint().position;
    let mut of_both = |step: Step| {
        progress(Step {
            events_done: step.events_done + routing_done,
            events_total: step.events_total + of_routing,
        });
    };
    advance(&mut lines, to.lines, feeds.lines, &mut of_both).await?;
    if let Some(feed) = feeds.routing {
        let mut of_both = |step: Step| {
            progress(Step {
                events_done: step.events_done + of_lines,
                events_total: step.events_total + of_lines,
            });
        };
        advance(&mut routing, to.routing, feed, &mut of_both).await?;
    }
    Ok(())
}
