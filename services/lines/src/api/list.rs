//! Lines by page, in order of id. From the view: a moment behind the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::page;
use vigie_chassis::validate;
use vigie_proto::lines::{ListLinesRequest, ListLinesResponse};

use super::asking::Asking;
use super::sight::sight_of;
use super::{Deps, reject, request, response};
use crate::view::{LineFilter, PageKey};

pub(super) const METHOD: &str = "/vigie.lines.v1.LineService/ListLines";

pub(super) const PAGE_DEFAULT: u32 = 100;
pub(super) const PAGE_MAX: u32 = 1_000;

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ListLinesRequest>,
) -> Result<ListLinesResponse, Refusal> {
    let (asking, body) = Asking::of(deps, call)?;
    request::text("account_id", &body.account_id)?;
    let account_id = validate::optional_uuid("account_id", &body.account_id)?;
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = ("ListLines", asking.caller.subject(), account_id);
    let after: Option<PageKey> = deps.pages.open(&query, &body.page_token)?;

    let filter = LineFilter { sight: sight_of(&asking.caller), account_id };
    let page = deps.view.lines_page(&filter, after, size).await;
    let (lines, next) = page.map_err(|error| reject::view_refusal(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &key)?,
        None => String::new(),
    };
    Ok(ListLinesResponse { lines: lines.into_iter().map(response::row).collect(), next_page_token })
}
