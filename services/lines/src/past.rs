//! What follows when the log was restored from an older backup: views start over, the register stays as it is.
//!
//! The register may then show what the log does not know any more, a theft among it. Nothing may be opened on the strength
//! of the restored log alone: the comparison with the register bars by itself and opens when a person approves, and
//! watches of writes from before are held to the same. The block list is put right by the log itself: putting a handset
//! there twice does no harm.

use std::sync::Arc;

use vigie_eventlog::reaction::{self, Ruling};
use vigie_eventlog::{Aggregates, Checkpoint, EventLog};

use crate::block_list::{self, Hands, Nowhere};
use crate::options::Options;
use crate::register::Watches;
use crate::view::{Error, View};

/// Effects read at a time.
const WAITING_PAGE: usize = 256;

/// What starting over left as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartedOver {
    /// Whether the view had read what is not in the log: the log was restored, and the register may be ahead of it.
    pub log_was_restored: bool,
    /// Lines that the register's driver watches, on record beside the view.
    pub watches_kept: u64,
}

/// Empties the view, so that the next start computes it from `log`: offline, nothing else runs on it.
///
/// What the register's driver has on record is not computed from the log, and stays.
///
/// # Errors
/// When the view's database cannot be opened or refuses, or the log cannot be read.
pub async fn start_view_over(options: &Options, log: &EventLog) -> Result<StartedOver, Error> {
    let view = View::open(options, log).await?;
    let started_over = async {
        let log_was_restored = is_another(&view, log).await?;
        if log_was_restored {
            block_anew(options, log).await.map_err(Error::BlockList)?;
        }
        view.start_over().await?;
        let watches_kept = Watches::new(view.database().clone()).count().await?;
        Ok(StartedOver { log_was_restored, watches_kept })
    }
    .await;
    view.close().await;
    started_over
}

/// Lets the block list's reaction read the restored log from its beginning: what stands is put on the list again, and
/// nothing that stands is taken off. A handset that only the lost past knew as stolen stays on the list: nobody may open
/// anything on the strength of the restored log alone.
async fn block_anew(options: &Options, log: &EventLog) -> Result<(), reaction::Error> {
    let hands = Hands::new(Aggregates::new(log.clone()), Arc::new(Nowhere));
    let blocking = block_list::reactor(options, Arc::new(hands)).await?;
    let ruling = Ruling::after_a_restore(log.clock().now());
    let placed = async {
        blocking.go_on_after(Checkpoint::START, &ruling).await?;
        // What was decided and not finished looks at the line before it does anything.
        let mut after = (0, 0);
        loop {
            let waiting = blocking.waiting(after, WAITING_PAGE).await?;
            let Some(last) = waiting.last() else { return Ok(()) };
            after = (last.position, last.ordinal);
            for effect in waiting {
                blocking.approve(effect.request_id, effect.attempts, &ruling).await?;
            }
        }
    }
    .await;
    blocking.close().await;
    placed
}

/// Whether the view has read another past than the log's. If so, watches no longer explain what is found different.
pub(crate) async fn is_another(view: &View, log: &EventLog) -> Result<bool, Error> {
    let is_another = view.is_of_another_past(log).await?;
    if is_another {
        Watches::new(view.database().clone()).distrust().await?;
    }
    Ok(is_another)
}
