//! Notices by page, newest first. From the view: a moment behind the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::page;
use vigie_command::field;
use vigie_proto::notices::{ListNoticesRequest, ListNoticesResponse};

use super::place::sight_of;
use super::{Deps, convert, reject, request};
use crate::view::{NoticeFilter, PageKey};

pub(super) const METHOD: &str = "/vigie.notices.v1.NoticeService/ListNotices";

const PAGE_DEFAULT: u32 = 100;
const PAGE_MAX: u32 = 1_000;

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ListNoticesRequest>,
) -> Result<ListNoticesResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let filter = NoticeFilter {
        sight: sight_of(&asking.caller),
        account_id: field::optional_id("account_id", &body.account_id)?,
        line_id: field::optional_id("line_id", &body.line_id)?,
        cause: request::optional_cause("cause", body.cause)?,
        state: request::optional_state("state", body.state)?,
    };
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = (
        "ListNotices",
        asking.caller.subject(),
        filter.account_id,
        filter.line_id,
        filter.cause,
        filter.state,
    );
    let after: Option<PageKey> = deps.pages.open(&query, &body.page_token)?;

    let page = deps.view.notices_page(&filter, after, size).await;
    let (notices, next) = page.map_err(|error| reject::view(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &key)?,
        None => String::new(),
    };
    Ok(ListNoticesResponse { notices: notices.iter().map(convert::row).collect(), next_page_token })
}
