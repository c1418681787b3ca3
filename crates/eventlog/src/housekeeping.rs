//! Request ids are remembered for a while, then forgotten in bounded batches (rule 10).

use std::time::Duration;

use crate::log::EventLog;

/// How long a repeated request joins its first act.
pub const REQUESTS_KEPT: Duration = Duration::from_secs(30 * 24 * 3600);

/// Requests forgotten by one statement.
const BATCH: usize = 1000;

/// Between two batches while there is more: other statements go first.
const PAUSE: Duration = Duration::from_millis(100);

/// Between two looks.
const INTERVAL: Duration = Duration::from_secs(60);

/// Forgets requests older than [`REQUESTS_KEPT`]. Runs until dropped; any number of replicas may run it.
pub async fn forget_old_requests(log: EventLog) {
    loop {
        let before = log.clock().now().minus(REQUESTS_KEPT);
        match log.purge_requests(before, BATCH).await {
            Ok(forgotten) if forgotten >= BATCH as u64 => tokio::time::sleep(PAUSE).await,
            Ok(_) => tokio::time::sleep(INTERVAL).await,
            Err(error) => {
                tracing::warn!(%error, "old requests could not be forgotten");
                tokio::time::sleep(INTERVAL).await;
            }
        }
    }
}
