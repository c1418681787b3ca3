//! The immediate path (promise 9.3): record the intent, drive the register, answer in time.

use std::sync::Arc;

use tokio::time::timeout_at;
use tracing::Instrument;
use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_eventlog::{LeaseOp, Order, Outcome, kill_point};

use super::{Deps, reject};
use crate::domain::{Act, Command, Line};

/// What a command led to, as true as it is known when the answer leaves.
#[derive(Clone)]
pub(super) struct Served {
    state: Arc<Option<Line>>,
    pub(super) version: i64,
    act_id: Uuid,
}

impl Served {
    pub(super) fn line(&self) -> Result<&Line, Refusal> {
        Option::as_ref(&self.state).ok_or_else(reject::line_not_found)
    }

    pub(super) fn act(&self) -> Result<&Act, Refusal> {
        self.line()?
            .act(self.act_id)
            .ok_or_else(|| Refusal::internal(&"an act that was just served is not there"))
    }
}

/// Carries a command out that may ask something of the register. Once it is taken it goes on by itself: a caller who
/// goes away stops neither commit nor driver.
pub(super) async fn carry_out(deps: &Deps, order: Order<Command>) -> Result<Served, Refusal> {
    let task = tokio::spawn(run(deps.clone(), order).instrument(tracing::Span::current()));
    let served = task.await.unwrap_or_else(|error| Err(Refusal::internal(&error)));
    kill_point("lines.before_answer");
    served
}

async fn run(deps: Deps, mut order: Order<Command>) -> Result<Served, Refusal> {
    let (line_id, answer_by) = (order.stream_id, order.deadline);
    order.lease = LeaseOp::Take { holder: deps.driver.holder(), ttl: deps.driver.lease_ttl() };
    let outcome = deps.aggregates.execute(order).await.map_err(reject::refusal)?;

    let recorded = Served { state: outcome.state.clone(), version: outcome.version, act_id: outcome.act_id };
    let Some(sequence) = waiting_intent(&outcome) else {
        give_back(&deps, line_id, &outcome);
        return Ok(recorded);
    };
    let is_urgent = recorded.line()?.is_urgent();
    deps.driver.drive(line_id, is_urgent, outcome.lease.filter(|lease| lease.granted));
    let Some(answer_by) = answer_by else { return Ok(recorded) };
    if !deps.driver.confirmed(line_id, sequence, answer_by).await {
        return Ok(recorded);
    }
    // The confirmation was this process' own append after this command's: its state needs no further look. One that
    // another replica recorded is read; if that takes too long, what was recorded is no less true.
    if let Some((state, version)) = deps.aggregates.last_known(line_id)
        && !is_pending(&state, outcome.act_id)
    {
        return Ok(Served { state, version, act_id: recorded.act_id });
    }
    match timeout_at(answer_by + super::ANSWER_MARGIN / 2, deps.aggregates.load(line_id)).await {
        Ok(Ok((state, version))) => Ok(Served { state, version, act_id: recorded.act_id }),
        _ => Ok(recorded),
    }
}

fn is_pending(state: &Option<Line>, act_id: Uuid) -> bool {
    state.as_ref().and_then(|line| line.act(act_id)).is_none_or(Act::is_pending)
}

/// The intent that the act waits for, if it does.
fn waiting_intent(outcome: &Outcome<Option<Line>>) -> Option<u64> {
    let line = Option::as_ref(&outcome.state)?;
    line.act(outcome.act_id).filter(|act| act.is_pending())?;
    line.unconfirmed().map(|intent| intent.sequence)
}

/// Nothing is to be driven: the lease goes back at once, or its end would look like a driver's death.
fn give_back(deps: &Deps, line_id: Uuid, outcome: &Outcome<Option<Line>>) {
    let Some(lease) = outcome.lease.filter(|lease| lease.granted) else { return };
    let (aggregates, holder) = (deps.aggregates.clone(), deps.driver.holder());
    tokio::spawn(async move {
        if let Err(error) = aggregates.give_back(line_id, holder, lease.fence).await {
            tracing::debug!(%error, %line_id, "a lease was not given back; it ends by itself");
        }
    });
}
