//! `vigie review cancel`

use vigie_proto::routing::CancelReviewRequest;

use super::{answered, planned, show};
use crate::cli::CancelReview;
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &CancelReview) -> Result<(), Error> {
    let (request_id, which) = (request_id(&arguments.request), &arguments.which);
    let review = planned(client, which).await?;
    let request = CancelReviewRequest {
        request_id: request_id.to_string(),
        account: Some((&which.account).into()),
        review_id: review.to_string(),
        by: arguments.by.wire(),
    };
    let answer = client.reviews().cancel_review(prompt(request)).await;
    let answer = answered(output, answer, request_id, which, Some(review))?;
    show::print(client, output, answer.plan.as_ref(), || json::document(&answer)).await
}
