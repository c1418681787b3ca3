//! A review is planned.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::routing::{PlanReviewRequest, PlanReviewResponse};

use super::super::Deps;
use super::super::contacts::staff_member;
use super::{carry_out, company};
use crate::domain::review_plan::{Command, plan_id};

pub(super) const METHOD: &str = "/vigie.routing.v1.ReviewService/PlanReview";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<PlanReviewRequest>,
) -> Result<PlanReviewResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let account_id = company(deps, &asking, body.account.as_ref()).await?;
    let planned_for = field::required_instant("planned_for", body.planned_for)?;
    let staff_id = field::optional_id("staff_id", &body.staff_id)?;
    if let Some(staff_id) = staff_id {
        staff_member(deps, "staff_id", staff_id).await?;
    }
    let command = Command::Plan { planned_for, staff_id };
    let order = asking.order(METHOD, request_id, &body, plan_id(account_id), command);
    Ok(PlanReviewResponse { plan: Some(carry_out(deps, order).await?) })
}
