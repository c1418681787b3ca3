//! Lines that wait for the register, the oldest request first.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::identity::Role;
use vigie_chassis::page;
use vigie_chassis::rules::Rule;
use vigie_proto::lines::{ListPendingLinesRequest, ListPendingLinesResponse, PendingLine};

use super::asking::Asking;
use super::list::{PAGE_DEFAULT, PAGE_MAX};
use super::sight::sight_of;
use super::{Deps, MANAGERS, reject, response};
use crate::domain::Policy;
use crate::view::{LineFilter, LineRow, PendingKey};

pub(super) const METHOD: &str = "/vigie.lines.v1.LineService/ListPendingLines";

/// Whoever has to do something about it, and managers for their own lines.
pub(super) fn rule() -> Rule {
    const STAFF: [Role; 4] = [Role::Advisor, Role::Technician, Role::Auditor, Role::Operator];
    Rule::roles(STAFF.into_iter().chain(MANAGERS))
}

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ListPendingLinesRequest>,
) -> Result<ListPendingLinesResponse, Refusal> {
    let (asking, body) = Asking::of(deps, call)?;
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = ("ListPendingLines", asking.caller.subject());
    let after: Option<PendingKey> = deps.pages.open(&query, &body.page_token)?;

    let filter = LineFilter { sight: sight_of(&asking.caller), account_id: None };
    let page = deps.view.pending_page(&filter, after, size).await;
    let (lines, next) = page.map_err(|error| reject::view_refusal(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &key)?,
        None => String::new(),
    };
    let lines = lines.into_iter().map(|line| pending(deps, line)).collect();
    Ok(ListPendingLinesResponse { lines, next_page_token })
}

fn pending(deps: &Deps, line: LineRow) -> PendingLine {
    let waiting = line.waiting_since.map(|since| deps.clock.now().since(since)).unwrap_or_default();
    PendingLine {
        waiting: prost_types::Duration::try_from(waiting).ok(),
        overdue: waiting > Policy::DEFAULT.overdue_after,
        line: Some(response::row(line)),
    }
}
