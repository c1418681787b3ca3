//! `vigie contact split`

use vigie_proto::routing::{SplitContactRequest, SplitPart};

use super::show;
use crate::cli::{ContactSelector, SplitContact};
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &SplitContact) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let parts = arguments.parts.iter();
    let request = SplitContactRequest {
        request_id: request_id.to_string(),
        contact_id: id_of(client, &arguments.contact).await?,
        parts: parts
            .map(|part| SplitPart { family: part.family.wire(), contact: part.contact.clone() })
            .collect(),
    };
    let answer = client.contacts().split_contact(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    let contact = answer.contact.clone().unwrap_or_default();
    let names = show::names(client, output, &contact).await;
    output.either(|| json::document(&answer), |zone| show::render(&contact, &names, zone))
}

async fn id_of(client: &Client, contact: &ContactSelector) -> Result<String, Error> {
    if let ContactSelector::Id(id) = contact {
        return Ok(id.to_string());
    }
    let answer = client.contacts().get_contact(prompt(show::named(contact))).await?.into_inner();
    Ok(answer.contact.unwrap_or_default().contact_id)
}
