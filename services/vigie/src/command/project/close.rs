//! `vigie project close`

use vigie_proto::routing::CloseProjectRequest;

use super::show;
use crate::cli::CloseProject;
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &CloseProject) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = CloseProjectRequest {
        request_id: request_id.to_string(),
        project_id: arguments.project.to_string(),
        closed_at: arguments.at.map(Into::into),
        outcome: arguments.outcome.wire(),
    };
    let answer = client.projects().close_project(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.project.as_ref(), || json::document(&answer)).await
}
