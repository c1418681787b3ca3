//! `vigie desk add`

use vigie_proto::routing::{self as wire, Desk, RegisterDeskRequest};

use super::show;
use crate::cli::{AddDesk, wires};
use crate::client::{Client, prompt};
use crate::command::{document, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &AddDesk) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let desk = match &arguments.file {
        Some(file) => document::read(file)?,
        None => of_flags(arguments),
    };
    let request = RegisterDeskRequest { request_id: request_id.to_string(), desk: Some(desk) };
    let answer = client.desks().register_desk(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&answer),
        |zone| show::render(&answer.desk.clone().unwrap_or_default(), zone),
    )
}

fn of_flags(arguments: &AddDesk) -> Desk {
    let mut languages = wires!(arguments.languages);
    if languages.is_empty() {
        languages.push(wire::Language::French.into());
    }
    Desk {
        name: arguments.name.clone().unwrap_or_default(),
        purpose: arguments.purpose.map(|purpose| purpose.wire()).unwrap_or_default(),
        segments: wires!(arguments.segments),
        businesses_only: arguments.businesses_only,
        skills: arguments.skills.clone(),
        languages,
        regions: arguments.regions.clone(),
        countries: arguments.countries.clone(),
        hours: Some(arguments.hours.to_proto()),
        overflow_desk_id: arguments.overflow.map(|id| id.to_string()).unwrap_or_default(),
        rank: arguments.rank,
        external_identifiers: arguments.keys.to_proto(),
        ..Desk::default()
    }
}
