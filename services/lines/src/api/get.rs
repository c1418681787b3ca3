//! One line as it is now, confirmed with the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Role;
use vigie_chassis::rules::Rule;
use vigie_proto::lines::{GetLineRequest, GetLineResponse};

use super::asking::Asking;
use super::place::resolve;
use super::{Deps, MANAGERS, reject, response};

pub(super) const METHOD: &str = "/vigie.lines.v1.LineService/GetLine";

/// Everybody, within their scope.
pub(super) fn rule() -> Rule {
    const STAFF_AND_SYSTEMS: [Role; 6] = [
        Role::Advisor,
        Role::Technician,
        Role::BillingClerk,
        Role::Auditor,
        Role::Operator,
        Role::Integration,
    ];
    Rule::roles([Role::EndUser].into_iter().chain(MANAGERS).chain(STAFF_AND_SYSTEMS))
}

pub(super) async fn serve(deps: &Deps, call: Request<GetLineRequest>) -> Result<GetLineResponse, Refusal> {
    let (asking, body) = Asking::of(deps, call)?;
    let place = resolve(deps, &asking.caller, body.line.as_ref()).await?;
    let (state, version) = deps.aggregates.load(place.line_id).await.map_err(reject::refusal)?;
    let line = Option::as_ref(&state).ok_or_else(reject::line_not_found)?;
    Ok(GetLineResponse {
        line: Some(response::line(line, version)),
        theft_declarations: line.declarations().iter().rev().map(response::declaration).collect(),
    })
}
