//! A handset was stolen, and the police took it down: it goes on the block list in time.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Role;
use vigie_chassis::rules::Rule;
use vigie_proto::lines::{DeclareTheftRequest, DeclareTheftResponse};

use super::asking::{Asking, body_hash, on_behalf};
use super::place::resolve;
use super::recorded::record;
use super::{Deps, MANAGERS, remarks, request, response};
use crate::domain::{Command, TheftReport};

pub(super) const METHOD: &str = "/vigie.lines.v1.LineService/DeclareTheft";

/// Whoever may report a theft, and systems that the police's paper reaches; whose handset is decided by the line.
pub(super) fn rule() -> Rule {
    Rule::roles([Role::EndUser, Role::Advisor, Role::Integration].into_iter().chain(MANAGERS))
}

pub(super) async fn serve(
    deps: &Deps,
    call: Request<DeclareTheftRequest>,
) -> Result<DeclareTheftResponse, Refusal> {
    let (asking, mut body) = Asking::of(deps, call)?;
    let request_id = request::take_request_id(&mut body.request_id)?;
    let body_hash = body_hash(&body);
    let report = TheftReport {
        imei: request::optional_imei("imei", &body.imei)?,
        police_report: request::required_text("police_report", &body.police_report)?,
        declared_at: request::instant("declared_at", body.declared_at)?,
        zone: request::calendar_zone("calendar_zone", &body.calendar_zone)?,
        time_zone: request::time_zone("time_zone", &body.time_zone)?,
    };
    let caller = request::on_behalf(body.on_behalf)?;
    let place = resolve(deps, &asking.caller, body.line.as_ref()).await?;

    let command = Command::DeclareTheft {
        report: Box::new(report),
        by: asking.authority(&place),
        on_behalf: on_behalf(deps, &place, caller.as_ref()),
    };
    let request = asking.request(METHOD, request_id, body_hash);
    let recorded = record(deps, asking.order(deps, &place, request, command, caller.as_ref())).await?;
    let line = recorded.line()?;
    Ok(DeclareTheftResponse {
        line: Some(response::line(line, recorded.version)),
        declaration: recorded.declaration().map(response::declaration),
        remarks: remarks::of_theft(line),
    })
}
