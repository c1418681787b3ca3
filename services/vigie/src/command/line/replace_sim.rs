//! `vigie line replace-sim`

use vigie_proto::lines::ReplaceSimRequest;

use super::act;
use crate::cli::ReplaceSim;
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &ReplaceSim) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = ReplaceSimRequest {
        request_id: request_id.to_string(),
        line: Some((&arguments.line).into()),
        new_imsi: arguments.imsi.clone(),
        new_iccid: arguments.iccid.clone(),
        on_behalf: arguments.on_behalf.to_proto(),
        new_eid: arguments.eid.clone().unwrap_or_default(),
    };
    let response = client.lines().replace_sim(prompt(request)).await;
    let response = response.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    act::show(output, &response, (&response.line, &response.act), request_id)
}
