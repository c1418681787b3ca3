//! The immediate path (promise 9.3): record the intent, drive the register, answer in time.

use std::sync::Arc;

use tokio::time::timeout_at;
use tokio_util::sync::CancellationToken;
use tracing::Instrument;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_eventlog::{LeaseOp, Order, Outcome, kill_point};

use super::{Deps, receipt, reject};
use crate::domain::{Act, Command, Line};

/// What a command led to, as true as it is known when the answer leaves.
#[derive(Clone)]
pub(super) struct Served {
    state: Arc<Option<Line>>,
    pub(super) version: i64,
    act_id: Uuid,
    /// The act of a request that is repeated so late that the line has forgotten it.
    forgotten: Option<Act>,
}

impl Served {
    pub(super) fn line(&self) -> Result<&Line, Refusal> {
        Option::as_ref(&self.state).ok_or_else(reject::line_not_found)
    }

    pub(super) fn act(&self) -> Result<&Act, Refusal> {
        let act = self.line()?.act(self.act_id).or(self.forgotten.as_ref());
        act.ok_or_else(|| Refusal::internal(&"an act that was just served is not there"))
    }
}

/// Carries a command out that may ask something of the register. Once it is taken it goes on by itself: a caller who
/// goes away stops neither commit nor driver. One who goes away before that cancels it (EVENTLOG.md, rule 11).
pub(super) async fn carry_out(deps: &Deps, order: Order<Command>) -> Result<Served, Refusal> {
    let caller_is_gone = CancellationToken::new();
    let _while_the_caller_waits = caller_is_gone.clone().drop_guard();
    let task = tokio::spawn(run(deps.clone(), order, caller_is_gone).instrument(tracing::Span::current()));
    let served = task.await.unwrap_or_else(|error| Err(Refusal::internal(&error)));
    kill_point("lines.before_answer");
    served
}

async fn run(
    deps: Deps,
    mut order: Order<Command>,
    caller_is_gone: CancellationToken,
) -> Result<Served, Refusal> {
    let (line_id, answer_by, urgent) = (order.stream_id, order.deadline, order.urgent);
    order.lease = LeaseOp::Take { holder: deps.driver.holder(), ttl: deps.driver.lease_ttl() };
    let outcome = tokio::select! {
        biased;
        () = caller_is_gone.cancelled() => {
            // What was not taken is not any more. What was is committed all the same, and the driver looks.
            deps.driver.drive(line_id, urgent, None);
            return Err(Refusal::new(Reason::Cancelled, "the caller went away"));
        }
        outcome = deps.aggregates.execute(order) => outcome.map_err(reject::refusal)?,
    };

    let forgotten = match outcome.state.as_ref() {
        Some(line) if line.act(outcome.act_id).is_none() => {
            receipt::forgotten_act(&deps, line_id, outcome.act_id).await?
        }
        _ => None,
    };
    let recorded =
        Served { state: outcome.state.clone(), version: outcome.version, act_id: outcome.act_id, forgotten };
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
        return Ok(Served { state, version, ..recorded });
    }
    match timeout_at(answer_by + super::ANSWER_MARGIN / 2, deps.aggregates.load(line_id)).await {
        Ok(Ok((state, version))) => Ok(Served { state, version, ..recorded }),
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
