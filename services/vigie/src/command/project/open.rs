//! `vigie project open`

use vigie_proto::routing::OpenProjectRequest;

use super::show;
use crate::cli::OpenProject;
use crate::client::{Client, prompt};
use crate::command::{house, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &OpenProject) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = OpenProjectRequest {
        request_id: request_id.to_string(),
        account: Some((&arguments.account).into()),
        kind: arguments.kind.wire(),
        countries: arguments.countries.iter().map(|country| country.to_uppercase()).collect(),
        referent_staff_id: house::staff_id(client, &arguments.referent).await?,
        requested_at: arguments.requested.map(Into::into),
    };
    let answer = client.projects().open_project(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.project.as_ref(), || json::document(&answer)).await
}
