//! A review was held, planned or not.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::routing::{HoldReviewRequest, HoldReviewResponse};

use super::super::Deps;
use super::super::contacts::staff_member;
use super::{carry_out, company};
use crate::domain::review_plan::{Command, plan_id};

pub(super) const METHOD: &str = "/vigie.routing.v1.ReviewService/HoldReview";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<HoldReviewRequest>,
) -> Result<HoldReviewResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let account_id = company(deps, &asking, body.account.as_ref()).await?;
    let review_id = field::optional_id("review_id", &body.review_id)?;
    let held_at = field::optional_instant("held_at", body.held_at)?.unwrap_or(asking.now);
    let staff_id = field::optional_id("staff_id", &body.staff_id)?;
    if let Some(staff_id) = staff_id {
        staff_member(deps, "staff_id", staff_id).await?;
    }
    let command = Command::Hold { review_id, held_at, staff_id };
    let order = asking.order(METHOD, request_id, &body, plan_id(account_id), command);
    Ok(HoldReviewResponse { plan: Some(carry_out(deps, order).await?) })
}
