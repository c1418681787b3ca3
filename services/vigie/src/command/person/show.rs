//! `vigie person show`, and how every command shows a person.

use jiff::tz::TimeZone;
use vigie_proto::routing::{GetPersonRequest, Language, Person};

use crate::cli::PersonSelector;
use crate::client::{Client, prompt};
use crate::command::account::show::keys;
use crate::error::Error;
use crate::output::fields::Fields;
use crate::output::style::{self, paint};
use crate::output::{Output, json, time, words};

pub(super) async fn run(client: &Client, output: &mut Output, person: &PersonSelector) -> Result<(), Error> {
    let request = GetPersonRequest { person: Some(person.into()) };
    let answer = client.accounts().get_person(prompt(request)).await?.into_inner();
    output.either(|| json::document(&answer), |zone| render(&answer.person.clone().unwrap_or_default(), zone))
}

pub(super) fn render(person: &Person, zone: &TimeZone) -> String {
    // Unspecified is the account's.
    let language = match person.language() {
        Language::Unspecified => String::new(),
        _ => words::language(person.language),
    };
    Fields::new(paint(style::STRONG, &name(person)))
        .field("roles", words::list(&person.roles, words::person_role))
        .field("user", &person.user_id)
        .field("numbers", person.numbers.join("\n"))
        .field("mail", &person.email)
        .field("language", language)
        .field("other keys", keys(&person.external_identifiers))
        .styled("left", time::plain(person.left_at.as_ref(), zone), style::WAITING)
        .styled("account", &person.account_id, style::FAINT)
        .styled("person", &person.person_id, style::FAINT)
        .styled("version", person.version.to_string(), style::FAINT)
        .render()
}

pub(super) fn name(person: &Person) -> String {
    format!("{} {}", person.given_name, person.family_name)
}
