//! `vigie person remove`

use vigie_proto::routing::{GetPersonRequest, RemovePersonRequest};

use super::show;
use crate::cli::{PersonSelector, RequestIdArgs};
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    person: &PersonSelector,
    request: &RequestIdArgs,
) -> Result<(), Error> {
    let request_id = request_id(request);
    let person_id = id_of(client, person).await?;
    let request = RemovePersonRequest { request_id: request_id.to_string(), person_id };
    let answer = client.accounts().remove_person(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&answer),
        |zone| show::render(&answer.person.clone().unwrap_or_default(), zone),
    )
}

async fn id_of(client: &Client, person: &PersonSelector) -> Result<String, Error> {
    if let PersonSelector::Id(id) = person {
        return Ok(id.to_string());
    }
    let request = GetPersonRequest { person: Some(person.into()) };
    let answer = client.accounts().get_person(prompt(request)).await?.into_inner();
    Ok(answer.person.unwrap_or_default().person_id)
}
