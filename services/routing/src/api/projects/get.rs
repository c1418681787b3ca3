//! One project, confirmed with the log.

use tonic::Request;
use vigie_chassis::error::Error as Refusal;
use vigie_command::field;
use vigie_proto::routing::{GetProjectRequest, GetProjectResponse};

use super::super::Deps;
use super::{not_found, seen, shown};

pub(super) const METHOD: &str = "/vigie.routing.v1.ProjectService/GetProject";

pub(super) async fn serve(
    deps: &Deps,
    call: Request<GetProjectRequest>,
) -> Result<GetProjectResponse, Refusal> {
    let (asking, body) = deps.door.open(call)?;
    let project_id = field::id("project_id", &body.project_id)?;
    let (state, version) = seen(deps, &asking, project_id).await?;
    let project = Option::as_ref(&state).ok_or_else(not_found)?;
    let project = shown::project(project_id, project.account_id, &project.shown, version);
    Ok(GetProjectResponse { project: Some(project) })
}
