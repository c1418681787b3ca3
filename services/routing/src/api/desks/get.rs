//! One desk as now, one contact point as valid and as known then; both confirmed with the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::{field, refusal};
use vigie_proto::routing::{
    GetContactPointRequest, GetContactPointResponse, GetDeskRequest, GetDeskResponse, Moment,
};

use super::super::Deps;
use super::{no_contact_point, not_found, shown};
use crate::domain::ALL_KNOWN;

pub(super) const DESK: &str = "/vigie.routing.v1.DeskService/GetDesk";
pub(super) const CONTACT_POINT: &str = "/vigie.routing.v1.DeskService/GetContactPoint";

pub(super) async fn desk(deps: &Deps, call: Request<GetDeskRequest>) -> Result<GetDeskResponse, Refusal> {
    let (_asking, body) = deps.door.open(call)?;
    let desk_id = field::id("desk_id", &body.desk_id)?;
    let (state, version) = deps.desks.load(desk_id).await.map_err(refusal)?;
    let desk = Option::as_ref(&state).ok_or_else(not_found)?;
    Ok(GetDeskResponse { desk: Some(shown::desk(desk, version)) })
}

pub(super) async fn contact_point(
    deps: &Deps,
    call: Request<GetContactPointRequest>,
) -> Result<GetContactPointResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let contact_point_id = field::id("contact_point_id", &body.contact_point_id)?;
    let Moment { as_of, known_at } = body.at.unwrap_or_default();
    let as_of = field::optional_instant("at.as_of", as_of)?.unwrap_or(asking.now);
    let known_at = field::optional_instant("at.known_at", known_at)?.unwrap_or(ALL_KNOWN);
    let (state, version) = deps.contact_points.load(contact_point_id).await.map_err(refusal)?;
    let point = Option::as_ref(&state).ok_or_else(no_contact_point)?;
    let valid = point.version(as_of, known_at).ok_or_else(no_contact_point)?;
    Ok(GetContactPointResponse {
        contact_point: Some(shown::contact_point(contact_point_id, &valid, version)),
    })
}
