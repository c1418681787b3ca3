//! `vigie person add`

use vigie_proto::routing::{Person, RegisterPersonRequest};

use super::show;
use crate::cli::{AddPerson, Language, wires};
use crate::client::{Client, prompt};
use crate::command::{account, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &AddPerson) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let person = Person {
        account_id: account::id_of(client, &arguments.account).await?,
        user_id: arguments.user_id.clone().unwrap_or_default(),
        given_name: arguments.given_name.clone(),
        family_name: arguments.family_name.clone(),
        roles: wires!(arguments.roles),
        language: arguments.language.map(Language::wire).unwrap_or_default(),
        email: arguments.email.clone().unwrap_or_default(),
        numbers: arguments.numbers.iter().map(|number| number.0.clone()).collect(),
        external_identifiers: arguments.keys.to_proto(),
        ..Person::default()
    };
    let request = RegisterPersonRequest { request_id: request_id.to_string(), person: Some(person) };
    let answer = client.accounts().register_person(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&answer),
        |zone| show::render(&answer.person.clone().unwrap_or_default(), zone),
    )
}
