//! Desks and contact points by page, in order of id. From the view: a moment behind the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::page;
use vigie_clock::Timestamp;
use vigie_command::field;
use vigie_proto::routing::{
    ListContactPointsRequest, ListContactPointsResponse, ListDesksRequest, ListDesksResponse,
};

use super::super::{Deps, PAGE_DEFAULT, PAGE_MAX, reject};
use super::{entry, shown};
use crate::view::{ContactPointKey, DeskKey};

pub(super) const DESKS: &str = "/vigie.routing.v1.DeskService/ListDesks";
pub(super) const CONTACT_POINTS: &str = "/vigie.routing.v1.DeskService/ListContactPoints";

pub(super) async fn desks(
    deps: &Deps,
    call: Request<ListDesksRequest>,
) -> Result<ListDesksResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let purpose = entry::purpose("purpose", body.purpose)?;
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = ("ListDesks", asking.caller.subject(), body.purpose);
    let after: Option<DeskKey> = deps.pages.open(&query, &body.page_token)?;

    let page = deps.view.desk_page(purpose, after, size).await;
    let (desks, next) = page.map_err(|error| reject::view(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &key)?,
        None => String::new(),
    };
    Ok(ListDesksResponse { desks: desks.iter().map(shown::desk_row).collect(), next_page_token })
}

/// Without an instant the first page decides on one: later pages show the same moment.
pub(super) async fn contact_points(
    deps: &Deps,
    call: Request<ListContactPointsRequest>,
) -> Result<ListContactPointsResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let desk_id = field::optional_id("desk_id", &body.desk_id)?;
    let as_of = field::optional_instant("as_of", body.as_of)?;
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = ("ListContactPoints", asking.caller.subject(), desk_id, as_of);
    let token: Option<(ContactPointKey, i64)> = deps.pages.open(&query, &body.page_token)?;
    let first_at = as_of.unwrap_or(asking.now).as_micros();
    let (after, at) = token.map_or((None, first_at), |(key, at)| (Some(key), at));

    let page = deps.view.contact_point_page(desk_id, Timestamp::from_micros(at), after, size).await;
    let (points, next) = page.map_err(|error| reject::view(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &(key, at))?,
        None => String::new(),
    };
    let contact_points =
        points.iter().map(|row| shown::contact_point(row.contact_point_id, &row.shown, row.version));
    Ok(ListContactPointsResponse { contact_points: contact_points.collect(), next_page_token })
}
