//! `vigie review …`

mod cancel;
mod hold;
mod list;
mod plan;
mod reschedule;
mod show;

use tonic::{Response, Status};
use uuid::Uuid;
use vigie_proto::routing::{GetReviewPlanRequest, ReviewState};

use crate::cli::{ReviewCommand, WhichReview};
use crate::client::{Client, prompt};
use crate::command::repeat_with;
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(client: Client, output: &mut Output, command: ReviewCommand) -> Result<(), Error> {
    match command {
        ReviewCommand::Plan(arguments) => plan::run(&client, output, &arguments).await,
        ReviewCommand::Reschedule(arguments) => reschedule::run(&client, output, &arguments).await,
        ReviewCommand::Hold(arguments) => hold::run(&client, output, &arguments).await,
        ReviewCommand::Cancel(arguments) => cancel::run(&client, output, &arguments).await,
        ReviewCommand::List(arguments) => list::run(&client, output, &arguments).await,
        ReviewCommand::Show { account } => show::run(&client, output, &account).await,
    }
}

/// The review that is meant: the one given, else the one that is planned; `None` where none is.
async fn meant(client: &Client, which: &WhichReview) -> Result<Option<Uuid>, Error> {
    if let Some(review) = which.review {
        return Ok(Some(review));
    }
    let request = GetReviewPlanRequest { account: Some((&which.account).into()) };
    let answer = client.reviews().get_review_plan(prompt(request)).await?.into_inner();
    let reviews = answer.plan.unwrap_or_default().reviews;
    let mut planned = reviews.iter().filter(|review| review.state() == ReviewState::Planned);
    match (planned.next(), planned.count()) {
        (None, _) => Ok(None),
        (Some(one), 0) => Ok(one.review_id.parse().ok()),
        (Some(_), others) => Err(Error::Usage(format!(
            "{} reviews are planned with the company: say which with --review; `vigie review show` shows them",
            others + 1
        ))),
    }
}

/// The same, where one must be planned.
async fn planned(client: &Client, which: &WhichReview) -> Result<Uuid, Error> {
    meant(client, which).await?.ok_or_else(|| Error::Found {
        reason: "REVIEW_NOT_FOUND",
        message: "no review is planned with the company; `vigie review show` shows those that were"
            .to_owned(),
    })
}

/// The answer to a command. Where its outcome is not known, the repeat has to name the review: by then another may be planned,
/// or none.
fn answered<T>(
    output: &mut Output,
    answer: Result<Response<T>, Status>,
    request_id: Uuid,
    which: &WhichReview,
    review: Option<Uuid>,
) -> Result<T, Error> {
    answer.map(Response::into_inner).map_err(|status| {
        let error = Error::from(status).for_request(request_id);
        if let (None, Some(review)) = (which.review, review) {
            repeat_with(output, &error, &format!("--review {review}"));
        }
        error
    })
}
