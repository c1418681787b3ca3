//! `vigie project answer`

use vigie_proto::routing::AnswerProjectRequest;

use super::show;
use crate::cli::AnswerProject;
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    arguments: &AnswerProject,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = AnswerProjectRequest {
        request_id: request_id.to_string(),
        project_id: arguments.project.to_string(),
        answered_at: arguments.at.map(Into::into),
        promised_for: Some(arguments.promised.into()),
    };
    let answer = client.projects().answer_project(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.project.as_ref(), || json::document(&answer)).await
}
