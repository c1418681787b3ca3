//! `vigie desk add`

use vigie_proto::routing::{self as wire, Desk, RegisterDeskRequest};

use super::show;
use crate::cli::{AddDesk, wires};
use crate::client::{Client, prompt};
use crate::command::{document, house, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &AddDesk) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let desk = match &arguments.file {
        Some(file) => document::read(file, "desk")?,
        None => {
            let overflow_desk_id = house::desk_id_if_given(client, arguments.overflow.as_ref()).await?;
            Desk { overflow_desk_id, ..of_flags(arguments) }
        }
    };
    let request = RegisterDeskRequest { request_id: request_id.to_string(), desk: Some(desk) };
    let answer = client.desks().register_desk(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.desk.as_ref(), || json::document(&answer)).await
}

/// All but the overflow, whose id has to be asked for.
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
        rank: arguments.rank,
        external_identifiers: arguments.keys.to_proto(),
        ..Desk::default()
    }
}
