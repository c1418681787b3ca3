//! `vigie project promise`

use vigie_proto::routing::ChangeProjectPromiseRequest;

use super::show;
use crate::cli::ChangePromise;
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    arguments: &ChangePromise,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = ChangeProjectPromiseRequest {
        request_id: request_id.to_string(),
        project_id: arguments.project.to_string(),
        promised_for: Some(arguments.promised_for.into()),
        asked_by_customer: arguments.asked_by_customer,
    };
    let answer = client.projects().change_project_promise(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.project.as_ref(), || json::document(&answer)).await
}
