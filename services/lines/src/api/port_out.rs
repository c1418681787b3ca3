//! The number goes to another operator.

use tonic::Request;
use uuid::Uuid;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Role;
use vigie_chassis::rules::Rule;
use vigie_proto::lines::{
    CancelPortOutRequest, CancelPortOutResponse, CompletePortOutRequest, CompletePortOutResponse,
    NotePortOutRequest, NotePortOutResponse,
};

use super::asking::{Asking, body_hash};
use super::carry_out::carry_out;
use super::place::{Place, resolve};
use super::recorded::record;
use super::{Deps, request, response};
use crate::domain::Command;

pub(super) const NOTE: &str = "/vigie.lines.v1.LineService/NotePortOut";
pub(super) const CANCEL: &str = "/vigie.lines.v1.LineService/CancelPortOut";
pub(super) const COMPLETE: &str = "/vigie.lines.v1.LineService/CompletePortOut";

/// The operator's advisors, and the system that talks to the other operators.
pub(super) fn rule() -> Rule {
    Rule::roles([Role::Advisor, Role::Integration])
}

pub(super) async fn note(
    deps: &Deps,
    call: Request<NotePortOutRequest>,
) -> Result<NotePortOutResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let asked = Asked::of(NOTE, &mut body.request_id)?;
    let body_hash = body_hash(&body);
    let planned_at = request::instant("planned_at", body.planned_at)?;
    let place = resolve(deps, &asking.caller, body.line.as_ref()).await?;
    let command = Command::NotePortOut { planned_at, by: asking.authority(&place) };
    let recorded = record(deps, asked.order(deps, &asking, &place, body_hash, command)).await?;
    Ok(NotePortOutResponse { line: Some(response::line(recorded.line()?, recorded.version)) })
}

pub(super) async fn cancel(
    deps: &Deps,
    call: Request<CancelPortOutRequest>,
) -> Result<CancelPortOutResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let asked = Asked::of(CANCEL, &mut body.request_id)?;
    let body_hash = body_hash(&body);
    let place = resolve(deps, &asking.caller, body.line.as_ref()).await?;
    let command = Command::CancelPortOut { by: asking.authority(&place) };
    let recorded = record(deps, asked.order(deps, &asking, &place, body_hash, command)).await?;
    Ok(CancelPortOutResponse { line: Some(response::line(recorded.line()?, recorded.version)) })
}

pub(super) async fn complete(
    deps: &Deps,
    call: Request<CompletePortOutRequest>,
) -> Result<CompletePortOutResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let asked = Asked::of(COMPLETE, &mut body.request_id)?;
    let body_hash = body_hash(&body);
    let completed_at = request::instant("completed_at", body.completed_at)?;
    let place = resolve(deps, &asking.caller, body.line.as_ref()).await?;
    let command = Command::CompletePortOut { completed_at, by: asking.authority(&place) };
    let served = carry_out(deps, asked.order(deps, &asking, &place, body_hash, command)).await?;
    Ok(CompletePortOutResponse {
        line: Some(response::line(served.line()?, served.version)),
        act: Some(response::act(served.act()?)),
    })
}

/// What is asked, and under which request id.
struct Asked {
    method: &'static str,
    request_id: Uuid,
}

impl Asked {
    /// Takes the request id out of the body.
    fn of(method: &'static str, request_id: &mut String) -> Result<Self, Refusal> {
        Ok(Self { method, request_id: request::take_request_id(request_id)? })
    }

    fn order(
        &self,
        deps: &Deps,
        asking: &Asking,
        place: &Place,
        body_hash: [u8; 32],
        command: Command,
    ) -> vigie_eventlog::Order<Command> {
        let request = asking.request(self.method, self.request_id, body_hash);
        asking.order(deps, place, request, command, None)
    }
}
