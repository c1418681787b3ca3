//! `vigie staff leave`

use vigie_proto::routing::RecordLeavingRequest;

use super::show;
use crate::cli::Leave;
use crate::client::{Client, prompt};
use crate::command::{house, request_id};
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &Leave) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = RecordLeavingRequest {
        request_id: request_id.to_string(),
        staff_id: house::staff_id(client, &arguments.staff).await?,
        leaves_at: arguments.at.map(Into::into),
        deputy_staff_id: house::staff_id_if_given(client, arguments.deputy.as_ref()).await?,
    };
    let answer = client.staff().record_leaving(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show::print(client, output, answer.staff.as_ref(), || json::document(&answer)).await
}
