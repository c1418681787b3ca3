//! A planned review will not be held.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::routing::{CancelReviewRequest, CancelReviewResponse};

use super::super::Deps;
use super::{carry_out, company, side};
use crate::domain::review_plan::{Command, plan_id};

pub(super) const METHOD: &str = "/vigie.routing.v1.ReviewService/CancelReview";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<CancelReviewRequest>,
) -> Result<CancelReviewResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let account_id = company(deps, &asking, body.account.as_ref()).await?;
    let command = Command::Cancel { review_id: field::id("review_id", &body.review_id)?, by: side(body.by)? };
    let order = asking.order(METHOD, request_id, &body, plan_id(account_id), command);
    Ok(CancelReviewResponse { plan: Some(carry_out(deps, order).await?) })
}
