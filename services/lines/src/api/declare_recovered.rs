//! A stolen handset came back: it goes off the block list.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Role;
use vigie_chassis::rules::Rule;
use vigie_proto::lines::{DeclareRecoveredRequest, DeclareRecoveredResponse};

use super::asking::{Asking, body_hash, on_behalf};
use super::place::resolve;
use super::recorded::record;
use super::{Deps, MANAGERS, request, response};
use crate::domain::Command;

pub(super) const METHOD: &str = "/vigie.lines.v1.LineService/DeclareRecovered";

/// A manager, or an advisor; that step-up is needed is decided by the line.
pub(super) fn rule() -> Rule {
    Rule::roles([Role::Advisor].into_iter().chain(MANAGERS))
}

pub(super) async fn serve(
    deps: &Deps,
    call: Request<DeclareRecoveredRequest>,
) -> Result<DeclareRecoveredResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let request_id = request::take_request_id(&mut body.request_id)?;
    let body_hash = body_hash(&body);
    request::text("declaration_id", &body.declaration_id)?;
    let declaration_id = vigie_chassis::validate::optional_uuid("declaration_id", &body.declaration_id)?;
    let recovered_at = request::instant("recovered_at", body.recovered_at)?;
    let attested_by = request::optional_text("attested_by", &body.attested_by)?;
    let caller = request::on_behalf(body.on_behalf)?;
    let place = resolve(deps, &asking.caller, body.line.as_ref()).await?;

    let command = Command::DeclareRecovered {
        declaration_id,
        recovered_at,
        attested_by,
        by: asking.authority(&place),
        on_behalf: on_behalf(deps, &place, caller.as_ref()),
    };
    let request = asking.request(METHOD, request_id, body_hash);
    let recorded = record(deps, asking.order(deps, &place, request, command, caller.as_ref())).await?;
    Ok(DeclareRecoveredResponse {
        line: Some(response::line(recorded.line()?, recorded.version)),
        declaration: recorded.declaration().map(response::declaration),
    })
}
