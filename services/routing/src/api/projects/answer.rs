//! The customer was answered, with a first date.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::routing::{AnswerProjectRequest, AnswerProjectResponse};

use super::super::Deps;
use super::{carry_out, seen};
use crate::domain::project::Command;

pub(super) const METHOD: &str = "/vigie.routing.v1.ProjectService/AnswerProject";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<AnswerProjectRequest>,
) -> Result<AnswerProjectResponse, Refusal> {
    let (asking, mut body) = deps.door.open(call)?;
    let request_id = field::take_request_id(&mut body.request_id)?;
    let project_id = field::id("project_id", &body.project_id)?;
    seen(deps, &asking, project_id).await?;
    let command = Command::Answer {
        answered_at: field::optional_instant("answered_at", body.answered_at)?.unwrap_or(asking.now),
        promised_for: field::required_instant("promised_for", body.promised_for)?,
    };
    let order = asking.order(METHOD, request_id, &body, project_id, command);
    Ok(AnswerProjectResponse { project: Some(carry_out(deps, order).await?) })
}
