//! Which handset the line is used with.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Role;
use vigie_chassis::rules::Rule;
use vigie_proto::lines::{RecordHandsetRequest, RecordHandsetResponse};

use super::asking::{Asking, body_hash, on_behalf};
use super::place::resolve;
use super::recorded::record;
use super::{Deps, MANAGERS, request, response};
use crate::domain::Command;

pub(super) const METHOD: &str = "/vigie.lines.v1.LineService/RecordHandset";

/// Whoever keeps the inventory; the line's user sees it.
pub(super) fn rule() -> Rule {
    Rule::roles([Role::Advisor, Role::Integration].into_iter().chain(MANAGERS))
}

pub(super) async fn serve(
    deps: &Deps,
    call: Request<RecordHandsetRequest>,
) -> Result<RecordHandsetResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let request_id = request::take_request_id(&mut body.request_id)?;
    let body_hash = body_hash(&body);
    let imei = request::imei("imei", &body.imei)?;
    let caller = request::on_behalf(body.on_behalf)?;
    let place = resolve(deps, &asking.caller, body.line.as_ref()).await?;

    let command = Command::RecordHandset {
        imei,
        by: asking.authority(&place),
        on_behalf: on_behalf(deps, &place, caller.as_ref()),
    };
    let request = asking.request(METHOD, request_id, body_hash);
    let recorded = record(deps, asking.order(deps, &place, request, command, caller.as_ref())).await?;
    Ok(RecordHandsetResponse { line: Some(response::line(recorded.line()?, recorded.version)) })
}
