//! `vigie contact-point publish`

use vigie_proto::routing::{ContactPoint, PublishContactPointRequest};

use super::show;
use crate::cli::{Publish, wires};
use crate::client::{Client, prompt};
use crate::command::{document, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &Publish) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let contact_point = match &arguments.file {
        Some(file) => document::read(file)?,
        None => of_flags(arguments),
    };
    let request =
        PublishContactPointRequest { request_id: request_id.to_string(), contact_point: Some(contact_point) };
    let answer = client.desks().publish_contact_point(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&answer),
        |zone| show::render(&answer.contact_point.clone().unwrap_or_default(), zone),
    )
}

fn of_flags(arguments: &Publish) -> ContactPoint {
    ContactPoint {
        contact_point_id: arguments.point.map(|id| id.to_string()).unwrap_or_default(),
        desk_id: arguments.desk.map(|id| id.to_string()).unwrap_or_default(),
        channel: arguments.channel.map(|channel| channel.wire()).unwrap_or_default(),
        number: arguments.number.clone().map(|number| number.0).unwrap_or_default(),
        short_code: arguments.short_code.clone().unwrap_or_default(),
        from_abroad_number: arguments.from_abroad.clone().map(|number| number.0).unwrap_or_default(),
        address: arguments.address.clone().unwrap_or_default(),
        tariff_class: arguments.tariff.map(|tariff| tariff.wire()).unwrap_or_default(),
        tariff_label: arguments.label.clone().unwrap_or_default(),
        segments: wires!(arguments.segments),
        for_end_users: arguments.for_end_users,
        valid_from: arguments.from.map(Into::into),
        ..ContactPoint::default()
    }
}
