//! What the list does not show although it was long due to: looked at again and again, whatever became of the reaction.
//!
//! The reaction does each thing once. What a list refused and takes by now, and what was done in a past that a restore of the
//! log has taken away, it does not do again.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::sleep;
use uuid::Uuid;
use vigie_clock::derived_id;
use vigie_eventlog::reaction::Outcome;

use super::hands::{Hands, Work};
use crate::domain::{Declaration, HandsetState, Line};

/// So many lines in a row that could not be settled: the list is away, and the next sweep is soon enough.
const FAILURES_MAX: u32 = 8;

/// Lines read at a time.
const PAGE: usize = 256;

/// Whatever goes wrong behind the port.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Where to look: a view, which may be behind; what is true the line says.
#[async_trait]
pub(crate) trait Unsettled: Send + Sync + 'static {
    /// At most `limit` lines with a handset that is to be blocked or unblocked, in order of id, after `after`.
    async fn unsettled(&self, after: Option<Uuid>, limit: usize) -> Result<Vec<Uuid>, BoxError>;
}

/// Looks every so often, until it is dropped.
pub(crate) async fn sweep_regularly(hands: Arc<Hands>, lines: Arc<dyn Unsettled>, every: Duration) {
    loop {
        sleep(every).await;
        if let Err(error) = sweep(&hands, &*lines, every).await {
            tracing::warn!(error, "stolen handsets that wait for the block list cannot be listed");
        }
    }
}

async fn sweep(hands: &Hands, lines: &dyn Unsettled, settled_within: Duration) -> Result<(), BoxError> {
    let (mut after, mut failures) = (None, 0);
    loop {
        let page = lines.unsettled(after, PAGE).await?;
        let Some(last) = page.last().copied() else { return Ok(()) };
        after = Some(last);
        for line_id in page {
            failures = match settle(hands, line_id, settled_within).await {
                Ok(()) => 0,
                Err(outcome) => {
                    tracing::warn!(%line_id, ?outcome, "a handset is not settled on the block list yet");
                    failures + 1
                }
            };
            if failures >= FAILURES_MAX {
                return Ok(());
            }
        }
    }
}

/// What came in just now is the reaction's.
async fn settle(hands: &Hands, line_id: Uuid, settled_within: Duration) -> Result<(), Outcome> {
    let line = hands.line(line_id).await?;
    let now = hands.aggregates.log().clock().now();
    let is_due = |declaration: &&Declaration| now.since(declaration.received_at) >= settled_within;
    for declaration in line.declarations().iter().filter(is_due) {
        put_right(hands, &line, declaration).await?;
    }
    Ok(())
}

async fn put_right(hands: &Hands, line: &Line, declaration: &Declaration) -> Result<(), Outcome> {
    let (declaration_id, line_id) = (declaration.declaration_id, line.line_id());
    let Some(imei) = declaration.imei.known() else { return Ok(()) };
    let work = |what| Work { line_id, declaration_id, imei, request_id: derived_id(declaration_id, what) };
    match declaration.state {
        HandsetState::ToBeBlocked => {
            hands.block(&work("sweep block")).await?;
            // Recovered since it was looked at: what took it off may have come before.
            let line = hands.line(line_id).await?;
            let is_over = |declaration: &Declaration| !declaration.state.is_stolen();
            if line.declaration(declaration_id).is_some_and(is_over) {
                hands.release(&work("sweep release")).await?;
            }
            Ok(())
        }
        HandsetState::ToBeUnblocked => hands.release(&work("sweep release")).await,
        HandsetState::Blocked | HandsetState::Unblocked | HandsetState::KeptBlocked => Ok(()),
    }
}
