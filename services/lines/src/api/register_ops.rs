//! The subscriber register, for the operator's engineers.

use std::pin::Pin;

use tokio::sync::mpsc;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Status};
use tracing::Instrument;
use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_chassis::identity::{Caller, Role};
use vigie_chassis::rules::Rule;
use vigie_proto::lines::{
    GetRegisterStatusResponse, PauseReconcilerRequest, PauseReconcilerResponse, ReconcileRequest,
    ReconcileResponse, UnpauseReconcilerResponse,
};

use super::{Deps, reject, request};
use crate::register::Progress;

pub(super) const RECONCILE: &str = "/vigie.lines.v1.RegisterService/Reconcile";
pub(super) const PAUSE: &str = "/vigie.lines.v1.RegisterService/PauseReconciler";
pub(super) const UNPAUSE: &str = "/vigie.lines.v1.RegisterService/UnpauseReconciler";
pub(super) const STATUS: &str = "/vigie.lines.v1.RegisterService/GetRegisterStatus";

/// Progress that waits to be read; the newest is the one that matters, so few are enough.
const PROGRESS_MAX: usize = 4;

/// The operator's engineers only: approving a repair may open phones.
pub(super) fn rule() -> Rule {
    Rule::roles([Role::Operator])
}

/// Looking is free to more.
pub(super) fn status_rule() -> Rule {
    Rule::roles([Role::Operator, Role::Technician, Role::Auditor, Role::Advisor])
}

/// Progress of a comparison.
pub(crate) type Messages = Pin<Box<dyn Stream<Item = Result<ReconcileResponse, Status>> + Send>>;

pub(super) fn reconcile(deps: &Deps, call: &Request<ReconcileRequest>) -> Result<Messages, Refusal> {
    let by = Caller::of(call)?.subject().to_owned();
    let approve = call.get_ref().approve;
    tracing::info!(approve, by, "a comparison with the register was asked for");
    let approved_by = approve.then_some(by);
    let driver = deps.driver.clone();
    let (answers, messages) = mpsc::channel(PROGRESS_MAX);
    let comparison = async move {
        let (progress, mut steps) = mpsc::channel(PROGRESS_MAX);
        let relay = async {
            while let Some(step) = steps.recv().await {
                if answers.send(Ok(message(step, false))).await.is_err() {
                    break;
                }
            }
        };
        let (ended, ()) = tokio::join!(driver.reconcile(approved_by, progress), relay);
        let last = match ended {
            Ok(last) => Ok(message(last, true)),
            Err(error) => Err(Status::from(reject::not_reconciled(&error))),
        };
        let _ = answers.send(last).await;
    };
    tokio::spawn(comparison.instrument(tracing::Span::current()));
    Ok(Box::pin(ReceiverStream::new(messages)))
}

fn message(progress: Progress, done: bool) -> ReconcileResponse {
    ReconcileResponse {
        lines_compared: count(progress.compared),
        lines_total: count(progress.total),
        drift_found: count(progress.found),
        drift_repaired: count(progress.repaired),
        waiting_for_approval: count(progress.waiting_for_approval),
        done,
    }
}

pub(super) async fn pause(
    deps: &Deps,
    call: Request<PauseReconcilerRequest>,
) -> Result<PauseReconcilerResponse, Refusal> {
    let by = Caller::of(&call)?.subject().to_owned();
    let reason = request::required_text("reason", &call.into_inner().reason)?;
    deps.driver.pause(&reason).await.map_err(|error| not_written(&error))?;
    tracing::warn!(by, "the reconciler is paused");
    Ok(PauseReconcilerResponse {})
}

pub(super) async fn unpause(deps: &Deps) -> Result<UnpauseReconcilerResponse, Refusal> {
    deps.driver.unpause().await.map_err(|error| not_written(&error))?;
    Ok(UnpauseReconcilerResponse {})
}

fn not_written(error: &sqlx::Error) -> Refusal {
    tracing::warn!(error = error as &dyn std::error::Error, "the reconciler's control cannot be written");
    Refusal::new(Reason::Unavailable, "the reconciler's control cannot be written just now; ask again")
}

pub(super) fn status(deps: &Deps) -> GetRegisterStatusResponse {
    let status = deps.driver.status();
    GetRegisterStatusResponse {
        register: status.description,
        reachable: status.reachable,
        pending: count(status.pending),
        overdue: count(status.overdue),
        paused: status.paused.is_some(),
        pause_reason: status.paused.unwrap_or_default(),
        waiting_for_approval: count(status.waiting_for_approval),
    }
}

fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
