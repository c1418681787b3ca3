//! `vigie review hold`

use vigie_proto::routing::HoldReviewRequest;

use super::{answered, planned, show};
use crate::cli::HoldReview;
use crate::client::{Client, prompt};
use crate::command::{house, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &HoldReview) -> Result<(), Error> {
    let (request_id, which) = (request_id(&arguments.request), &arguments.which);
    // A mistyped company must not get a review that nobody held: that nobody had planned it is said.
    let review =
        if arguments.unplanned { None } else { Some(planned(client, which).await.map_err(unplanned)?) };
    let request = HoldReviewRequest {
        request_id: request_id.to_string(),
        account: Some((&which.account).into()),
        review_id: review.map(|id| id.to_string()).unwrap_or_default(),
        held_at: arguments.at.map(Into::into),
        staff_id: house::staff_id_if_given(client, arguments.staff.as_ref()).await?,
    };
    let answer = client.reviews().hold_review(prompt(request)).await;
    let answer = answered(output, answer, request_id, which, review)?;
    show::print(client, output, answer.plan.as_ref(), || json::document(&answer)).await
}

fn unplanned(error: Error) -> Error {
    match error {
        Error::Found { reason, message } => Error::Found {
            reason,
            message: format!("{message}; --unplanned records one that nobody had planned"),
        },
        error => error,
    }
}
