//! The reviews of a company, confirmed with the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::refusal;
use vigie_proto::routing::{GetReviewPlanRequest, GetReviewPlanResponse};

use super::super::Deps;
use super::{company, not_found, shown};
use crate::domain::review_plan::plan_id;

pub(super) const METHOD: &str = "/vigie.routing.v1.ReviewService/GetReviewPlan";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<GetReviewPlanRequest>,
) -> Result<GetReviewPlanResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let account_id = company(deps, &asking, body.account.as_ref()).await?;
    let (state, version) = deps.review_plans.load(plan_id(account_id)).await.map_err(refusal)?;
    let plan = Option::as_ref(&state).ok_or_else(not_found)?;
    Ok(GetReviewPlanResponse { plan: Some(shown::plan(account_id, &plan.shown, version)) })
}
