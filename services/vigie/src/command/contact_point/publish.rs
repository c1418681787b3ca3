//! `vigie contact-point publish`

use vigie_proto::routing::{ContactPoint, PublishContactPointRequest};

use super::show;
use crate::cli::{Publish, wires};
use crate::client::{Client, prompt};
use crate::command::{document, house, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &Publish) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let contact_point = match &arguments.file {
        Some(file) => document::read(file, "contact_point")?,
        None => {
            let desk_id = house::desk_id_if_given(client, arguments.desk.as_ref()).await?;
            let contact_point_id = house::point_id_if_given(client, arguments.point.as_ref()).await?;
            ContactPoint { desk_id, contact_point_id, ..of_flags(arguments) }
        }
    };
    let request =
        PublishContactPointRequest { request_id: request_id.to_string(), contact_point: Some(contact_point) };
    let answer = client.desks().publish_contact_point(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.contact_point.as_ref(), || json::document(&answer)).await
}

/// All but the team and the point, whose ids have to be asked for.
fn of_flags(arguments: &Publish) -> ContactPoint {
    ContactPoint {
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
