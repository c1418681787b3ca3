//! Staff members by page, in order of id. From the view: a moment behind the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::page;
use vigie_command::field;
use vigie_proto::routing::{ListStaffRequest, ListStaffResponse};

use super::super::{Deps, PAGE_DEFAULT, PAGE_MAX, reject};
use super::shown;
use crate::view::StaffKey;

pub(super) const METHOD: &str = "/vigie.routing.v1.StaffService/ListStaff";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ListStaffRequest>,
) -> Result<ListStaffResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let desk_id = field::optional_id("desk_id", &body.desk_id)?;
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = ("ListStaff", asking.caller.subject(), desk_id);
    let after: Option<StaffKey> = deps.pages.open(&query, &body.page_token)?;

    let page = deps.view.staff_page(desk_id, after, size).await;
    let (staff, next) = page.map_err(|error| reject::view(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &key)?,
        None => String::new(),
    };
    Ok(ListStaffResponse { staff: staff.iter().map(shown::row).collect(), next_page_token })
}
