//! The suspension of a wrong line is taken back.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Role;
use vigie_chassis::rules::Rule;
use vigie_proto::lines::{UndoSuspensionRequest, UndoSuspensionResponse};

use super::asking::{Asking, body_hash};
use super::carry_out::carry_out;
use super::place::resolve;
use super::{Deps, MANAGERS, request, response};
use crate::domain::Command;

pub(super) const METHOD: &str = "/vigie.lines.v1.LineService/UndoSuspension";

/// Whoever may report a loss; that it was they who did is decided by the line.
pub(super) fn rule() -> Rule {
    Rule::roles([Role::EndUser, Role::Advisor].into_iter().chain(MANAGERS))
}

pub(super) async fn serve(
    deps: &Deps,
    call: Request<UndoSuspensionRequest>,
) -> Result<UndoSuspensionResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let request_id = request::take_request_id(&mut body.request_id)?;
    let body_hash = body_hash(&body);
    let act_id = request::id("act_id", &body.act_id)?;
    let place = resolve(deps, &asking.caller, body.line.as_ref()).await?;

    let command = Command::Undo { act_id, by: asking.authority(&place) };
    let request = asking.request(METHOD, request_id, body_hash);
    let order = asking.order(deps, &place, request, command, None);
    let served = carry_out(deps, order).await?;
    Ok(UndoSuspensionResponse {
        line: Some(response::line(served.line()?, served.version)),
        act: Some(response::act(served.act()?)),
    })
}
