//! `vigie line terminate`

use std::io::IsTerminal as _;

use vigie_proto::lines::{GetLineRequest, TerminateLineRequest};

use super::act;
use crate::cli::Terminate;
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &Terminate) -> Result<(), Error> {
    if !arguments.yes && std::io::stdin().is_terminal() && !output.is_json() {
        confirm(client, output, arguments).await?;
    }
    let request_id = request_id(&arguments.request);
    let request = TerminateLineRequest {
        request_id: request_id.to_string(),
        line: Some((&arguments.line).into()),
        on_behalf: arguments.on_behalf.to_proto(),
    };
    let response = client.lines().terminate_line(prompt(request)).await;
    let response = response.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    act::show(output, &response, (&response.line, &response.act), request_id)
}

/// There is no way back, so a person at a terminal is shown which line it is and asked once.
async fn confirm(client: &Client, output: &mut Output, arguments: &Terminate) -> Result<(), Error> {
    let request = GetLineRequest { line: Some((&arguments.line).into()) };
    let line = client.lines().get_line(prompt(request)).await?.into_inner().line.unwrap_or_default();
    output.note(&format!(
        "Ends {} of {} for good; its number goes into quarantine. Type yes to go on:",
        line.msisdn, line.account_holder
    ));
    let answer = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer).map(|_| answer)
    });
    match answer.await {
        Ok(Ok(answer)) if answer.trim() == "yes" => Ok(()),
        _ => Err(Error::Usage("not confirmed; nothing was done".into())),
    }
}
