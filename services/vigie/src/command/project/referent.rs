//! `vigie project referent`

use vigie_proto::routing::ChangeReferentRequest;

use super::show;
use crate::cli::ChangeReferent;
use crate::client::{Client, prompt};
use crate::command::{house, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    arguments: &ChangeReferent,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = ChangeReferentRequest {
        request_id: request_id.to_string(),
        project_id: arguments.project.to_string(),
        referent_staff_id: house::staff_id(client, &arguments.staff).await?,
    };
    let answer = client.projects().change_referent(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.project.as_ref(), || json::document(&answer)).await
}
