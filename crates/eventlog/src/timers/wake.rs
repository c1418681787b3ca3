//! A timer's command to its stream.

use std::time::Duration;

use sha2::{Digest, Sha256};
use tokio::time::Instant;
use tracing::Instrument as _;
use uuid::Uuid;
use vigie_clock::{Context, derived_id};

use super::Timer;
use crate::aggregate::Aggregate;
use crate::aggregates::{Aggregates, ExecuteError, Order, Request};
use crate::append::{AppendError, RequestKey};

/// How long one wake may take.
const DEADLINE: Duration = Duration::from_secs(5);

/// How a wake ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// This process woke it, whatever the stream made of that.
    Acted,
    /// It had been woken before.
    Repeated,
}

/// Why one could not be woken, for people.
pub(super) type Why = String;

/// Wakes a stream; once, however often it is tried, and wherever.
pub(super) async fn wake<A: Aggregate>(aggregates: &Aggregates<A>, timer: Timer) -> Result<Ended, Why> {
    let request_id = request_id(timer);
    let span = tracing::info_span!("timer.wake", vigie.kind = A::KIND, vigie.request_id = %request_id);
    match aggregates.execute(order(aggregates, timer, request_id)).instrument(span).await {
        Ok(outcome) if outcome.repeated => Ok(Ended::Repeated),
        // Refused: nothing came of it, and the row is cleared.
        Ok(_) | Err(ExecuteError::Rejected { .. }) => Ok(Ended::Acted),
        Err(ExecuteError::Append(AppendError::Repeated(_))) => Ok(Ended::Repeated),
        Err(error) => Err(error.to_string()),
    }
}

fn request_id(timer: Timer) -> Uuid {
    derived_id(timer.stream_id, &format!("wake {}", timer.due.as_micros()))
}

fn order<A: Aggregate>(aggregates: &Aggregates<A>, timer: Timer, request_id: Uuid) -> Order<A::Command> {
    let log = aggregates.log();
    let mut context = Context::system("timer", log.clock().now(), log.ids().next());
    context.request_id = Some(request_id);
    Order {
        request: Some(Request {
            key: RequestKey { caller: "timer".to_owned(), method: format!("{}/wake", A::KIND), request_id },
            body_hash: Sha256::digest(request_id.as_bytes()).into(),
        }),
        deadline: Some(Instant::now() + DEADLINE),
        wakes: Some(timer.due),
        ..Order::new(timer.stream_id, A::wake(timer.due), context)
    }
}

/// Wakes of one look that failed.
#[derive(Debug, Default)]
pub(super) struct Failures {
    count: usize,
    first: Option<(Timer, Why)>,
}

impl Failures {
    pub(super) fn add(&mut self, timer: Timer, why: Why) {
        self.count += 1;
        self.first.get_or_insert((timer, why));
    }

    /// Says so in one line, however many there are.
    pub(super) fn tell(&self, kind: &str) {
        if let Some((Timer { stream_id, due }, why)) = &self.first {
            let failed = self.count;
            tracing::warn!(
                kind, failed, %stream_id, %due, error = %why,
                "timers could not wake their streams, this one first; they stay due"
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_clock::Timestamp;

    use super::*;

    #[test]
    fn a_wake_is_one_request_per_stream_and_instant() {
        let timer = Timer { due: Timestamp::from_micros(7), stream_id: Uuid::from_u128(1) };
        assert_eq!(request_id(timer), request_id(timer));
        let later = Timer { due: Timestamp::from_micros(8), ..timer };
        let other = Timer { stream_id: Uuid::from_u128(2), ..timer };
        assert!(request_id(timer) != request_id(later) && request_id(timer) != request_id(other));
    }
}
