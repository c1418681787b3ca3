//! A reason for suspension is added, and the line is barred in the register.

use std::sync::Arc;

use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::{Error as Refusal, Reason as Wire};
use vigie_chassis::identity::Role;
use vigie_chassis::rules::Rule;
use vigie_proto::lines::{LineRef, SuspendLineRequest, SuspendLineResponse};

use super::asking::{Asking, body_hash, on_behalf};
use super::carry_out::{Served, carry_out};
use super::place::{Place, last_known, resolve};
use super::several::{Gesture, Several, twins_of};
use super::{Deps, MANAGERS, remarks, request, response};
use crate::domain::{Command, Reason};

pub(super) const METHOD: &str = "/vigie.lines.v1.LineService/SuspendLine";

/// Whoever has a reason of their own to set; which one is decided line by line.
pub(super) fn rule() -> Rule {
    Rule::roles([Role::EndUser, Role::Advisor, Role::BillingClerk].into_iter().chain(MANAGERS))
}

pub(super) async fn serve(
    deps: &Deps,
    call: Request<SuspendLineRequest>,
) -> Result<SuspendLineResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let request_id = request::take_request_id(&mut body.request_id)?;
    let body_hash = body_hash(&body);
    let suspension =
        Suspension { reason: request::reason(body.reason)?, on_behalf: request::on_behalf(body.on_behalf)? };
    if body.include_twins {
        return with_twins(deps, &asking, body.line.as_ref(), suspension, request_id, body_hash).await;
    }
    let ask = async |place: Arc<Place>| suspension.ask(deps, &asking, &place, request_id, body_hash).await;
    // A loss or theft by number does not wait for the directory where the number's line is known.
    let tried = match last_known(deps, &asking.caller, body.line.as_ref()) {
        Some(place) => Some(ask(place).await),
        None => None,
    };
    let served = match tried {
        Some(Ok(served)) => served,
        Some(Err(refusal)) if !may_be_another_line(&refusal) => return Err(refusal),
        _ => ask(resolve(deps, &asking.caller, body.line.as_ref()).await?).await?,
    };
    answer(&served)
}

/// The line and its data twins, at the same time.
async fn with_twins(
    deps: &Deps,
    asking: &Asking,
    line: Option<&LineRef>,
    suspension: Suspension,
    request_id: Uuid,
    body_hash: [u8; 32],
) -> Result<SuspendLineResponse, Refusal> {
    let place = resolve(deps, &asking.caller, line).await?;
    let twins = twins_of(deps, asking, place.line_id).await?;
    let gesture = Gesture::Suspend(suspension);
    let several = Several { deps, asking, gesture: &gesture, request_id, body_hash };
    let (served, twins) = futures::future::join(
        gesture.ask(deps, asking, &place, request_id, body_hash),
        several.outcomes(&twins),
    )
    .await;
    Ok(SuspendLineResponse { twins, ..answer(&served?)? })
}

fn answer(served: &Served) -> Result<SuspendLineResponse, Refusal> {
    let line = served.line()?;
    Ok(SuspendLineResponse {
        line: Some(response::line(line, served.version)),
        act: Some(response::act(served.act()?)),
        twins: Vec::new(),
        remarks: remarks::of_suspension(line),
    })
}

/// Whether a line that had the number refuses as one that has it no longer might.
fn may_be_another_line(refusal: &Refusal) -> bool {
    matches!(refusal.reason(), Wire::LineTerminated | Wire::PermissionDenied)
}

/// What is asked for a line, or for each line of a person.
pub(super) struct Suspension {
    pub(super) reason: Reason,
    pub(super) on_behalf: Option<request::Caller>,
}

impl Suspension {
    pub(super) async fn ask(
        &self,
        deps: &Deps,
        asking: &Asking,
        place: &Place,
        request_id: Uuid,
        body_hash: [u8; 32],
    ) -> Result<Served, Refusal> {
        let caller = self.on_behalf.as_ref();
        let command = Command::Suspend {
            reason: self.reason,
            by: asking.authority(place),
            on_behalf: on_behalf(deps, place, caller),
        };
        let request = asking.request(METHOD, request_id, body_hash);
        let order = asking.order(deps, place, request, command, caller);
        carry_out(deps, order).await
    }
}
