//! The line ends.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Role;
use vigie_chassis::rules::Rule;
use vigie_proto::lines::{TerminateLineRequest, TerminateLineResponse};

use super::asking::{Asking, body_hash, on_behalf};
use super::carry_out::carry_out;
use super::place::resolve;
use super::{Deps, MANAGERS, request, response};
use crate::domain::Command;

pub(super) const METHOD: &str = "/vigie.lines.v1.LineService/TerminateLine";

/// A manager, or an advisor on a manager's behalf; that step-up is needed is decided by the line.
pub(super) fn rule() -> Rule {
    Rule::roles([Role::Advisor].into_iter().chain(MANAGERS))
}

pub(super) async fn serve(
    deps: &Deps,
    call: Request<TerminateLineRequest>,
) -> Result<TerminateLineResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let request_id = request::take_request_id(&mut body.request_id)?;
    let body_hash = body_hash(&body);
    let caller = request::on_behalf(body.on_behalf)?;
    let place = resolve(deps, &asking.caller, body.line.as_ref()).await?;

    let command = Command::Terminate {
        by: asking.authority(&place),
        on_behalf: on_behalf(deps, &place, caller.as_ref()),
    };
    let request = asking.request(METHOD, request_id, body_hash);
    let order = asking.order(deps, &place, request, command, caller.as_ref());
    let served = carry_out(deps, order).await?;
    Ok(TerminateLineResponse {
        line: Some(response::line(served.line()?, served.version)),
        act: Some(response::act(served.act()?)),
    })
}
