//! `vigie contact-point retire`

use vigie_proto::routing::RetireContactPointRequest;

use super::show;
use crate::cli::Retire;
use crate::client::{Client, prompt};
use crate::command::{house, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &Retire) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = RetireContactPointRequest {
        request_id: request_id.to_string(),
        contact_point_id: house::point_id(client, &arguments.contact_point).await?,
        valid_until: Some(arguments.until.into()),
    };
    let answer = client.desks().retire_contact_point(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.contact_point.as_ref(), || json::document(&answer)).await
}
