//! A contact point ends at an instant that lies ahead.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::{field, refusal};
use vigie_proto::routing::{RetireContactPointRequest, RetireContactPointResponse};

use super::super::Deps;
use super::{no_contact_point, shown};
use crate::domain::contact_point::Command;

pub(super) const METHOD: &str = "/vigie.routing.v1.DeskService/RetireContactPoint";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<RetireContactPointRequest>,
) -> Result<RetireContactPointResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let contact_point_id = field::id("contact_point_id", &body.contact_point_id)?;
    let command = Command::Retire { valid_until: field::required_instant("valid_until", body.valid_until)? };
    let order = asking.order(METHOD, request_id, &body, contact_point_id, command);
    let outcome = deps.contact_points.execute(order).await.map_err(refusal)?;
    let last = Option::as_ref(&outcome.state).and_then(|point| point.last_version());
    let last = last.ok_or_else(no_contact_point)?;
    let shown = shown::contact_point(contact_point_id, &last, outcome.version);
    Ok(RetireContactPointResponse { contact_point: Some(shown) })
}
