//! Looks for work that nobody nudged for: after a crash, a full queue, or from another replica.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::Core;
use super::queue::{Lane, Nudge, Purpose};
use crate::register::candidates::BoxError;

const PAGE: usize = 1000;
/// Lines looked at per scan; the rest waits for the next.
const LINES_MAX: usize = 65_536;
const WATCHES_MAX: usize = 512;
const ABANDONED_MAX: usize = 4096;

/// Lines for which a command waits, and leases that were not given back.
pub(super) async fn run(core: Arc<Core>) {
    while !core.stopping.is_cancelled() {
        if let Err(error) = pending(&core).await {
            tracing::warn!(%error, "lines that wait for the register cannot be listed");
        }
        if let Err(error) = abandoned(&core).await {
            tracing::warn!(%error, "abandoned leases cannot be listed");
        }
        match core.control.orders().await {
            Ok(orders) => *core.orders.lock() = orders,
            Err(error) => tracing::warn!(%error, "the reconciler's control cannot be read"),
        }
        let overdue = core.queue.older_than(core.options.overdue_after());
        core.overdue.store(overdue, Ordering::Relaxed);
        tokio::select! {
            () = sleep(core.options.scan_every()) => {}
            () = core.stopping.cancelled() => {}
        }
    }
}

async fn pending(core: &Core) -> Result<(), BoxError> {
    let mut after = None;
    let mut seen = 0;
    while seen < LINES_MAX {
        let page = core.candidates.unconfirmed(after, PAGE).await?;
        let Some(last) = page.last().copied() else { break };
        seen += page.len();
        for waiting in &page {
            nudge_if_waiting(core, waiting.line_id).await?;
        }
        if page.len() < PAGE {
            break;
        }
        after = Some(last);
    }
    core.pending.store(seen, Ordering::Relaxed);
    Ok(())
}

/// The view may be behind, and does not say what is urgent: the line does.
async fn nudge_if_waiting(core: &Core, line_id: Uuid) -> Result<(), BoxError> {
    if core.queue.holds(line_id) {
        return Ok(());
    }
    let (state, _) = core.aggregates.load(line_id).await?;
    let Some(line) = state.as_ref().as_ref().filter(|line| line.is_unconfirmed()) else { return Ok(()) };
    let lane = if line.is_urgent() { Lane::Urgent } else { Lane::Normal };
    let waited = line.waiting_since().map(|since| core.now().since(since)).unwrap_or_default();
    let since = Instant::now().checked_sub(waited).unwrap_or_else(Instant::now);
    core.queue.push(line_id, Nudge { since, ..Nudge::new(lane, Purpose::Drive) });
    Ok(())
}

/// The work takes the lease, which says that it was taken over, which puts the line on watch.
async fn abandoned(core: &Core) -> Result<(), BoxError> {
    let log = core.aggregates.log();
    let before = core.now().minus(log.clock_skew());
    for line_id in log.abandoned_leases(before, ABANDONED_MAX).await? {
        if !core.queue.holds(line_id) {
            core.queue.push(line_id, Nudge::new(Lane::Watch, Purpose::Drive));
        }
    }
    Ok(())
}

/// Lines on watch whose next look is due. One replica takes each look upon itself.
pub(super) async fn watches(core: Arc<Core>) {
    while !core.stopping.is_cancelled() {
        if let Err(error) = due_watches(&core).await {
            tracing::warn!(%error, "the table of watches cannot be read");
        }
        tokio::select! {
            () = sleep(core.options.watch_every() / 5) => {}
            () = core.stopping.cancelled() => {}
        }
    }
}

async fn due_watches(core: &Core) -> Result<(), sqlx::Error> {
    let now = core.now();
    for watch in core.watches.due(now, WATCHES_MAX).await? {
        if core.watches.claim(watch, now.plus(core.options.watch_every())).await?
            && !core.queue.holds(watch.line_id)
        {
            core.queue.push(watch.line_id, Nudge::new(Lane::Watch, Purpose::Watch));
        }
    }
    Ok(())
}
