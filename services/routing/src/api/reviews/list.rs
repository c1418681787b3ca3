//! Plans of reviews by page: whose year ends first comes first. From the view: a moment behind the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_chassis::page;
use vigie_command::field;
use vigie_proto::routing::{ListReviewPlansRequest, ListReviewPlansResponse};

use super::super::{Deps, PAGE_DEFAULT, PAGE_MAX, reject};
use super::shown;
use crate::view::ReviewPlanKey;

pub(super) const METHOD: &str = "/vigie.routing.v1.ReviewService/ListReviewPlans";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<ListReviewPlansRequest>,
) -> Result<ListReviewPlansResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let due_before = field::optional_instant("due_before", body.due_before)?;
    let size = page::size(body.page_size, PAGE_DEFAULT, PAGE_MAX)?;
    let query = (METHOD, asking.caller.subject(), due_before);
    let after: Option<ReviewPlanKey> = deps.pages.open(&query, &body.page_token)?;

    let page = deps.view.review_plan_page(asking.now, due_before, after, size).await;
    let (plans, next) = page.map_err(|error| reject::view(&error))?;
    let next_page_token = match next {
        Some(key) => deps.pages.issue(&query, &key)?,
        None => String::new(),
    };
    let plans = plans.iter().map(|row| shown::plan(row.account_id, &row.shown, row.version)).collect();
    Ok(ListReviewPlansResponse { plans, next_page_token })
}
