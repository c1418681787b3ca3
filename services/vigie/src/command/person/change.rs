//! `vigie person change`

use vigie_proto::routing::{ChangePersonRequest, GetPersonRequest, Person};

use super::show;
use crate::cli::{ChangePerson, Key, PersonSelector, wires};
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &ChangePerson) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let mut person = known(client, &arguments.person).await?;
    apply(arguments, &mut person);
    let request = ChangePersonRequest { request_id: request_id.to_string(), person: Some(person) };
    let answer = client.accounts().change_person(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&answer),
        |zone| show::render(&answer.person.clone().unwrap_or_default(), zone),
    )
}

/// The person as they are: the contract replaces the whole. Without what no command sets, which is not the same at a repeat.
async fn known(client: &Client, person: &PersonSelector) -> Result<Person, Error> {
    let request = GetPersonRequest { person: Some(person.into()) };
    let answer = client.accounts().get_person(prompt(request)).await?.into_inner();
    Ok(Person { version: 0, left_at: None, ..answer.person.unwrap_or_default() })
}

fn apply(arguments: &ChangePerson, person: &mut Person) {
    if let Some(name) = &arguments.given_name {
        person.given_name.clone_from(name);
    }
    if let Some(name) = &arguments.family_name {
        person.family_name.clone_from(name);
    }
    if !arguments.roles.is_empty() {
        person.roles = wires!(arguments.roles);
    }
    if arguments.no_user_id || arguments.user_id.is_some() {
        person.user_id = arguments.user_id.clone().unwrap_or_default();
    }
    if arguments.account_language || arguments.language.is_some() {
        person.language = arguments.language.map(|language| language.wire()).unwrap_or_default();
    }
    if arguments.no_email || arguments.email.is_some() {
        person.email = arguments.email.clone().unwrap_or_default();
    }
    if arguments.no_numbers || !arguments.numbers.is_empty() {
        person.numbers = arguments.numbers.iter().map(|number| number.0.clone()).collect();
    }
    if arguments.no_keys || !arguments.keys.is_empty() {
        person.external_identifiers = arguments.keys.iter().map(Key::to_proto).collect();
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command, PersonCommand};

    fn changed(flags: &str, mut person: Person) -> Person {
        let line = format!("vigie person change +33639980001 {flags}");
        let Command::Person(PersonCommand::Change(arguments)) =
            Cli::parse_from(line.split_whitespace()).command
        else {
            panic!("{line}")
        };
        apply(&arguments, &mut person);
        person
    }

    #[test]
    fn what_is_not_given_stays_and_what_is_taken_away_goes() {
        let frida = Person {
            given_name: "Frida".into(),
            family_name: "Kerval".into(),
            email: "frida@exemple.fr".into(),
            numbers: vec!["+33639980001".into(), "+33639980002".into()],
            language: 2,
            roles: vec![1],
            ..Person::default()
        };
        let married = changed("--family-name Roux --role it-manager", frida.clone());
        assert_eq!(married, Person { family_name: "Roux".into(), roles: vec![3], ..frida.clone() });
        let moved = changed("--number +33639980009 --no-email --account-language", frida.clone());
        let numbers = vec!["+33639980009".to_owned()];
        assert_eq!(moved, Person { numbers, email: String::new(), language: 0, ..frida });
    }
}
