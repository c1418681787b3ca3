//! Work on the list for one declaration: put or take off, read back, record.
//!
//! Each step may be repeated, so a process that dies between two of them leaves nothing but a repeat. Of two lines that name
//! one handset the work meets, which is why nothing is taken off without a look at the directory, before and after.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::Context;
use vigie_eventlog::reaction::Outcome;
use vigie_eventlog::{
    Aggregate, Aggregates, AppendError, ExecuteError, Order, Request, RequestKey, kill_point,
};

use super::metrics::Metrics;
use super::{BlockList, Error};
use crate::domain::{BlockEvidence, Command, Declaration, Imei, Line, Rejection};
use crate::stream::key;

/// How long recording may take.
const RECORD_DEADLINE: Duration = Duration::from_secs(5);

/// The actor of what is recorded.
const ACTOR: &str = "lines.block_list";

/// A declaration whose handset is to be put on the list, or taken off.
pub(super) struct Work<'a> {
    pub(super) line_id: Uuid,
    pub(super) declaration_id: Uuid,
    pub(super) imei: &'a Imei,
    /// The same at every attempt, so that it is recorded once.
    pub(super) request_id: Uuid,
}

/// The list, and the lines that what it shows is recorded on.
pub(crate) struct Hands {
    pub(super) aggregates: Aggregates<Line>,
    list: Arc<dyn BlockList>,
    metrics: Metrics,
}

impl Hands {
    pub(crate) fn new(aggregates: Aggregates<Line>, list: Arc<dyn BlockList>) -> Self {
        Self { aggregates, list, metrics: Metrics::new() }
    }

    /// Puts the handset on the list, unless it was recovered meanwhile.
    pub(super) async fn block(&self, work: &Work<'_>) -> Result<(), Outcome> {
        let line = self.line(work.line_id).await?;
        if !line.declaration(work.declaration_id).is_some_and(|declaration| declaration.state.is_stolen()) {
            return Ok(());
        }
        self.ensure_blocked(work.imei).await?;
        let command =
            Command::ConfirmBlocked { declaration_id: work.declaration_id, evidence: self.evidence() };
        let line = self.record(command, "confirm_blocked", work).await?;
        let blocked = line.declaration(work.declaration_id);
        if let Some(Declaration { due_at, blocked_at: Some(blocked_at), .. }) = blocked {
            self.metrics.blocked(*due_at, *blocked_at);
        }
        Ok(())
    }

    /// Takes the handset off the list, unless it is declared stolen elsewhere too.
    pub(super) async fn release(&self, work: &Work<'_>) -> Result<(), Outcome> {
        let is_kept = if self.is_stolen(work.imei).await? {
            true
        } else {
            self.ensure_released(work.imei).await?;
            // Declared stolen elsewhere while it was taken off: that declaration's own put may have come before.
            self.is_stolen(work.imei).await?
        };
        if is_kept {
            self.ensure_blocked(work.imei).await?;
        }
        let declaration_id = work.declaration_id;
        let command = Command::ConfirmReleased { declaration_id, is_kept, evidence: self.evidence() };
        self.record(command, "confirm_released", work).await.map(drop)
    }

    async fn ensure_blocked(&self, imei: &Imei) -> Result<(), Outcome> {
        self.called("put", self.list.put(imei).await)?;
        kill_point("block_list.after_put");
        match self.called("contains", self.list.contains(imei).await)? {
            true => Ok(()),
            false => Err(Outcome::Failed("the list does not show the handset that it took".to_owned())),
        }
    }

    async fn ensure_released(&self, imei: &Imei) -> Result<(), Outcome> {
        self.called("remove", self.list.remove(imei).await)?;
        kill_point("block_list.after_remove");
        match self.called("contains", self.list.contains(imei).await)? {
            false => Ok(()),
            true => Err(Outcome::Failed("the list shows the handset that it took off".to_owned())),
        }
    }

    /// Whether a declaration stands, on whichever line.
    async fn is_stolen(&self, imei: &Imei) -> Result<bool, Outcome> {
        let lines = self.aggregates.log().key_members(key::IMEI, imei.as_str(), 1).await;
        lines.map(|lines| !lines.is_empty()).map_err(|_| away())
    }

    pub(super) async fn line(&self, line_id: Uuid) -> Result<Line, Outcome> {
        let (state, _) = self.aggregates.load(line_id).await.map_err(outcome_of)?;
        Option::as_ref(&state).cloned().ok_or_else(|| Outcome::Refused("there is no such line".to_owned()))
    }

    async fn record(&self, command: Command, what: &str, work: &Work<'_>) -> Result<Line, Outcome> {
        let log = self.aggregates.log();
        let mut context = Context::system(ACTOR, log.clock().now(), log.ids().next());
        context.request_id = Some(work.request_id);
        context.traceparent = vigie_chassis::grpc::traceparent();
        let key = RequestKey {
            caller: ACTOR.to_owned(),
            method: format!("{}/{what}", Line::KIND),
            request_id: work.request_id,
        };
        let order = Order {
            // One request id is for one declaration: there is no other body to tell it from.
            request: Some(Request { key, body_hash: [0; 32] }),
            deadline: Some(Instant::now() + RECORD_DEADLINE),
            ..Order::new(work.line_id, command, context)
        };
        let outcome = self.aggregates.execute(order).await.map_err(outcome_of)?;
        kill_point("block_list.after_record");
        Option::as_ref(&outcome.state).cloned().ok_or_else(away)
    }

    fn evidence(&self) -> BlockEvidence {
        if self.list.is_simulated() { BlockEvidence::Simulated } else { BlockEvidence::ReadBack }
    }

    fn called<T>(&self, call: &'static str, result: Result<T, Error>) -> Result<T, Outcome> {
        self.metrics.call(call, &result);
        result.map_err(|error| match error {
            Error::Unreachable { .. } => Outcome::Failed(error.to_string()),
            Error::UnknownEffect { .. } => Outcome::Unknown(error.to_string()),
            Error::Refused(_) => Outcome::Refused(error.to_string()),
        })
    }
}

fn away() -> Outcome {
    Outcome::Failed("the log is not there now".to_owned())
}

/// What a command that was not recorded means for the effect.
fn outcome_of(error: ExecuteError<Rejection>) -> Outcome {
    match error {
        // What was done is done; the line does not know the declaration, or not any more.
        ExecuteError::Rejected { rejection, .. } => Outcome::Refused(rejection.to_string()),
        ExecuteError::Append(AppendError::OutcomeUnknown) => {
            Outcome::Unknown("it may or may not be recorded".to_owned())
        }
        ExecuteError::Append(_) | ExecuteError::Read(_) | ExecuteError::Contended(_) => away(),
        ExecuteError::RequestIdReused | ExecuteError::Decode { .. } | ExecuteError::Encode(_) => {
            Outcome::Refused("the line cannot be read or written by this build".to_owned())
        }
    }
}
