//! `vigie review plan`

use vigie_proto::routing::PlanReviewRequest;

use super::show;
use crate::cli::PlanReview;
use crate::client::{Client, prompt};
use crate::command::{house, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &PlanReview) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = PlanReviewRequest {
        request_id: request_id.to_string(),
        account: Some((&arguments.account).into()),
        planned_for: Some(arguments.planned_for.into()),
        staff_id: house::staff_id_if_given(client, arguments.staff.as_ref()).await?,
    };
    let answer = client.reviews().plan_review(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.plan.as_ref(), || json::document(&answer)).await
}
