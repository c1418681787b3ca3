//! A project ends.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::routing::{CloseProjectRequest, CloseProjectResponse, ProjectOutcome};

use super::super::Deps;
use super::super::wire as fields;
use super::{carry_out, seen};
use crate::domain::project::{Command, Outcome};

pub(super) const METHOD: &str = "/vigie.routing.v1.ProjectService/CloseProject";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<CloseProjectRequest>,
) -> Result<CloseProjectResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let project_id = field::id("project_id", &body.project_id)?;
    seen(deps, &asking, project_id).await?;
    let command = Command::Close {
        closed_at: field::optional_instant("closed_at", body.closed_at)?.unwrap_or(asking.now),
        outcome: outcome(body.outcome)?,
    };
    let order = asking.order(METHOD, request_id, &body, project_id, command);
    Ok(CloseProjectResponse { project: Some(carry_out(deps, order).await?) })
}

fn outcome(number: i32) -> Result<Outcome, Refusal> {
    match ProjectOutcome::try_from(number) {
        Ok(ProjectOutcome::Delivered) => Ok(Outcome::Delivered),
        Ok(ProjectOutcome::Withdrawn) => Ok(Outcome::Withdrawn),
        Ok(ProjectOutcome::Declined) => Ok(Outcome::Declined),
        Ok(ProjectOutcome::Unspecified) => Err(field::missing("outcome", "how it ended")),
        Err(_) => Err(fields::unknown("outcome", "an outcome")),
    }
}
