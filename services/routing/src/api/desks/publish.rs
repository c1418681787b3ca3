//! A version of a contact point is published: the first, or one that takes over from the last.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::{field, refusal};
use vigie_proto::routing::{PublishContactPointRequest, PublishContactPointResponse};

use super::super::Deps;
use super::{contact_point, desk, no_contact_point, shown};
use crate::domain::contact_point::{Command, Publication};

pub(super) const METHOD: &str = "/vigie.routing.v1.DeskService/PublishContactPoint";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<PublishContactPointRequest>,
) -> Result<PublishContactPointResponse, Refusal> {
    const DESK: &str = "contact_point.desk_id";
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let point = body
        .contact_point
        .as_ref()
        .ok_or_else(|| field::missing("contact_point", "the version to publish"))?;
    let given = field::optional_id("contact_point.contact_point_id", &point.contact_point_id)?;
    let contact_point_id = given.unwrap_or_else(|| asking.new_id("contact_point", request_id));
    let content = contact_point::content(point, &deps.calendars)?;
    let valid_from = field::optional_instant("contact_point.valid_from", point.valid_from)?;
    let desk = desk(deps, DESK, content.desk_id).await?;
    let is_desk_open = Option::as_ref(&desk).is_some_and(|desk| desk.closed_at().is_none());

    let publication = Publication { contact_point_id, content, valid_from, is_desk_open };
    let command = Command::Publish(Box::new(publication));
    let order = asking.order(METHOD, request_id, &body, contact_point_id, command);
    let outcome = deps.contact_points.execute(order).await.map_err(refusal)?;
    let last = Option::as_ref(&outcome.state).and_then(|point| point.last_version());
    let last = last.ok_or_else(no_contact_point)?;
    let shown = shown::contact_point(contact_point_id, &last, outcome.version);
    Ok(PublishContactPointResponse { contact_point: Some(shown) })
}
