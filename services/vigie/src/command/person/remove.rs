//! `vigie person remove`

use uuid::Uuid;
use vigie_proto::routing::RemovePersonRequest;

use super::show;
use crate::cli::RequestIdArgs;
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    person: Uuid,
    request: &RequestIdArgs,
) -> Result<(), Error> {
    let request_id = request_id(request);
    let request = RemovePersonRequest { request_id: request_id.to_string(), person_id: person.to_string() };
    let answer = client.accounts().remove_person(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&answer),
        |zone| show::render(&answer.person.clone().unwrap_or_default(), zone),
    )
}
