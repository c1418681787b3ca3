//! A reason for suspension is lifted; with the last one the line is unbarred in the register.

use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::rules::Rule;
use vigie_proto::lines::{ReinstateLineRequest, ReinstateLineResponse};

use super::asking::{Asking, body_hash, on_behalf};
use super::carry_out::{Served, carry_out};
use super::place::{Place, resolve};
use super::several::{Gesture, Several, twins_of};
use super::{Deps, remarks, request, response, suspend};
use crate::domain::{Command, HandsetRecovery, Reason};

pub(super) const METHOD: &str = "/vigie.lines.v1.LineService/ReinstateLine";

/// Whoever may set a reason; who may lift it, and that step-up is needed, is decided by reason.
pub(super) fn rule() -> Rule {
    suspend::rule()
}

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ReinstateLineRequest>,
) -> Result<ReinstateLineResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let request_id = request::take_request_id(&mut body.request_id)?;
    let body_hash = body_hash(&body);
    let gesture = Gesture::Reinstate(Reinstatement {
        reason: request::reason(body.reason)?,
        on_behalf: request::on_behalf(body.on_behalf)?,
        handset_recovery: request::handset_recovery(body.handset_recovery)?,
    });
    let place = resolve(deps, &asking.caller, body.line.as_ref()).await?;
    let twins = match body.include_twins {
        true => twins_of(deps, &asking, place.line_id).await?,
        false => Vec::new(),
    };
    let several = Several { deps, asking: &asking, gesture: &gesture, request_id, body_hash };
    let (served, twins) = futures::future::join(
        gesture.ask(deps, &asking, &place, request_id, body_hash),
        several.outcomes(&twins),
    )
    .await;
    let served = served?;
    let line = served.line()?;
    Ok(ReinstateLineResponse {
        line: Some(response::line(line, served.version)),
        act: Some(response::act(served.act()?)),
        twins,
        remarks: remarks::of_reinstatement(line),
    })
}

/// What is asked for a line, or for each line of a person.
pub(super) struct Reinstatement {
    pub(super) reason: Reason,
    pub(super) on_behalf: Option<request::Caller>,
    pub(super) handset_recovery: Option<HandsetRecovery>,
}

impl Reinstatement {
    pub(super) async fn ask(
        &self,
        deps: &Deps,
        asking: &Asking,
        place: &Place,
        request_id: Uuid,
        body_hash: [u8; 32],
    ) -> Result<Served, Refusal> {
        let caller = self.on_behalf.as_ref();
        let command = Command::Reinstate {
            reason: self.reason,
            by: asking.authority(place),
            on_behalf: on_behalf(deps, place, caller),
            handset_recovery: self.handset_recovery.clone(),
        };
        let request = asking.request(METHOD, request_id, body_hash);
        let order = asking.order(deps, place, request, command, caller);
        carry_out(deps, order).await
    }
}
