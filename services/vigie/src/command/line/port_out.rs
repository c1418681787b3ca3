//! `vigie line port-out …`

use vigie_proto::lines::{CancelPortOutRequest, CompletePortOutRequest, Line, NotePortOutRequest};

use super::{act, show};
use crate::cli::{CancelPortOut, PortOutAt, PortOutCommand};
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::Output;
use crate::output::json::{self, Document};

pub(super) async fn run(client: &Client, output: &mut Output, command: PortOutCommand) -> Result<(), Error> {
    match command {
        PortOutCommand::Note(arguments) => note(client, output, &arguments).await,
        PortOutCommand::Cancel(arguments) => cancel(client, output, &arguments).await,
        PortOutCommand::Complete(arguments) => complete(client, output, &arguments).await,
    }
}

async fn note(client: &Client, output: &mut Output, arguments: &PortOutAt) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = NotePortOutRequest {
        request_id: request_id.to_string(),
        line: Some((&arguments.line).into()),
        planned_at: Some(arguments.at.into()),
    };
    let response = client.lines().note_port_out(prompt(request)).await;
    let response = response.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show_line(output, &response, response.line.as_ref())
}

async fn cancel(client: &Client, output: &mut Output, arguments: &CancelPortOut) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request =
        CancelPortOutRequest { request_id: request_id.to_string(), line: Some((&arguments.line).into()) };
    let response = client.lines().cancel_port_out(prompt(request)).await;
    let response = response.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    show_line(output, &response, response.line.as_ref())
}

async fn complete(client: &Client, output: &mut Output, arguments: &PortOutAt) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = CompletePortOutRequest {
        request_id: request_id.to_string(),
        line: Some((&arguments.line).into()),
        completed_at: Some(arguments.at.into()),
    };
    let response = client.lines().complete_port_out(prompt(request)).await;
    let response = response.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    act::show(output, &response, (&response.line, &response.act), request_id)
}

fn show_line<M: Document>(output: &mut Output, response: &M, line: Option<&Line>) -> Result<(), Error> {
    let line = line.cloned().unwrap_or_default();
    output.either(|| json::document(response), |zone| show::render(&line, zone))
}
