//! `vigie staff leave`

use vigie_proto::routing::RecordLeavingRequest;

use super::show;
use crate::cli::Leave;
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &Leave) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = RecordLeavingRequest {
        request_id: request_id.to_string(),
        staff_id: arguments.staff.to_string(),
        leaves_at: arguments.at.map(Into::into),
        deputy_staff_id: arguments.deputy.map(|id| id.to_string()).unwrap_or_default(),
    };
    let answer = client.staff().record_leaving(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&answer),
        |zone| show::render(&answer.staff.clone().unwrap_or_default(), zone),
    )
}
