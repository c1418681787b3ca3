//! Assignments of an account by page, the newest begin first. From the view: a moment behind the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::page;
use vigie_proto::routing::{ListAssignmentsRequest, ListAssignmentsResponse};

use super::super::{Deps, PAGE_DEFAULT, PAGE_MAX, reject};
use super::{chain, response};
use crate::domain::Moment;
use crate::view::AssignmentKey;

pub(super) const METHOD: &str = "/vigie.routing.v1.AccountService/ListAssignments";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ListAssignmentsRequest>,
) -> Result<ListAssignmentsResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let chain = chain::resolve(deps, &asking.caller, body.account.as_ref(), Moment::at(asking.now)).await?;
    let account_id = chain.own()?.account_id();
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = (METHOD, asking.caller.subject(), account_id);
    let after: Option<AssignmentKey> = deps.pages.open(&query, &body.page_token)?;

    let page = deps.view.assignments_page(account_id, after, size).await;
    let (assignments, next) = page.map_err(|error| reject::view(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &key)?,
        None => String::new(),
    };
    let assignments = assignments.iter().map(|(row, announcement)| {
        response::assignment(row.account_id, &row.assignment, row.recorded_at, announcement)
    });
    Ok(ListAssignmentsResponse { assignments: assignments.collect(), next_page_token })
}
