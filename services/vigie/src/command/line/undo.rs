//! `vigie line undo`

use vigie_proto::lines::UndoSuspensionRequest;

use super::act;
use crate::cli::Undo;
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &Undo) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = UndoSuspensionRequest {
        request_id: request_id.to_string(),
        line: Some((&arguments.line).into()),
        act_id: arguments.act.to_string(),
    };
    let response = client.lines().undo_suspension(prompt(request)).await;
    let response = response.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    act::show(output, &response, (&response.line, &response.act), request_id)
}
