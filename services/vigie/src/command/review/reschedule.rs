//! `vigie review reschedule`

use vigie_proto::routing::RescheduleReviewRequest;

use super::{answered, planned, show};
use crate::cli::RescheduleReview;
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    arguments: &RescheduleReview,
) -> Result<(), Error> {
    let (request_id, which) = (request_id(&arguments.request), &arguments.which);
    let review = planned(client, which).await?;
    let request = RescheduleReviewRequest {
        request_id: request_id.to_string(),
        account: Some((&which.account).into()),
        review_id: review.to_string(),
        planned_for: Some(arguments.to.into()),
        by: arguments.by.wire(),
    };
    let answer = client.reviews().reschedule_review(prompt(request)).await;
    let answer = answered(output, answer, request_id, which, Some(review))?;
    show::print(client, output, answer.plan.as_ref(), || json::document(&answer)).await
}
