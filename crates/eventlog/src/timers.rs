//! Timers are rows, not sleeps: a wake is a command whose request id is (stream, due instant).

use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::{Context, Timestamp, derived_id};

use crate::aggregate::Aggregate;
use crate::aggregates::{Aggregates, ExecuteError, Order, Request};
use crate::append::{AppendError, RequestKey};

/// Between two looks at the timers' rows.
const POLL: Duration = Duration::from_millis(200);

/// Timers per look.
const WAKES_MAX: usize = 256;

const WAKE_DEADLINE: Duration = Duration::from_secs(5);

/// Wakes the aggregates of one kind when they are due. Any number of replicas may run it: one of them acts.
pub struct Timers<A: Aggregate> {
    aggregates: Aggregates<A>,
}

impl<A: Aggregate> Timers<A> {
    /// Timers of `aggregates`.
    pub fn new(aggregates: Aggregates<A>) -> Self {
        Self { aggregates }
    }

    /// Runs until dropped. Drop it at any await: what is due stays due.
    pub async fn run(self) {
        loop {
            match self.wake_all_due().await {
                Ok((WAKES_MAX, woken)) if woken > 0 => {}
                Ok(_) => tokio::time::sleep(POLL).await,
                Err(error) => {
                    tracing::warn!(%error, "timers cannot be read");
                    tokio::time::sleep(POLL * 5).await;
                }
            }
        }
    }

    /// Wakes what is due now; answers how many were.
    pub async fn wake_due(&self) -> Result<usize, crate::ReadError> {
        Ok(self.wake_all_due().await?.0)
    }

    /// How many were due, and how many of them could be woken.
    async fn wake_all_due(&self) -> Result<(usize, usize), crate::ReadError> {
        let log = self.aggregates.log();
        let due = log.due(A::KIND, log.clock().now(), WAKES_MAX).await?;
        let mut woken = 0;
        for (stream_id, due_at) in &due {
            match self.wake(*stream_id, *due_at).await {
                Ok(()) => woken += 1,
                Err(error) => {
                    tracing::warn!(%error, %stream_id, "a timer could not wake its stream; it stays due");
                }
            }
        }
        Ok((due.len(), woken))
    }

    async fn wake(&self, stream_id: Uuid, due: Timestamp) -> Result<(), ExecuteError<A::Rejection>> {
        let log = self.aggregates.log();
        let request_id = derived_id(stream_id, &format!("wake {}", due.as_micros()));
        let mut context = Context::system("timer", log.clock().now(), log.ids().next());
        context.request_id = Some(request_id);
        let mut order = Order::new(stream_id, A::wake(due), context);
        order.request = Some(Request {
            key: RequestKey { caller: "timer".to_owned(), method: format!("{}/wake", A::KIND), request_id },
            body_hash: Sha256::digest(request_id.as_bytes()).into(),
        });
        order.deadline = Some(Instant::now() + WAKE_DEADLINE);
        order.wakes = Some(due);
        match self.aggregates.execute(order).await {
            // Refused: the row is cleared. Lost a race: the winner acted.
            Ok(_) | Err(ExecuteError::Rejected { .. }) => Ok(()),
            Err(ExecuteError::Append(AppendError::Repeated(_))) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
