//! `vigie line reinstate`

use vigie_proto::lines::{HandsetRecovery, ReinstateLineRequest, ReinstatePersonRequest, SuspensionReason};

use super::{act, person, remarks};
use crate::cli::{LineSelector, Person, Reinstate};
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(client: &Client, output: &mut Output, arguments: &Reinstate) -> Result<(), Error> {
    match (&arguments.target.line, &arguments.target.person) {
        (Some(line), _) => reinstate_line(client, output, arguments, line).await,
        (None, Some(person)) => reinstate_person(client, output, arguments, person).await,
        (None, None) => Err(Error::Usage("give a line or --person".into())),
    }
}

fn handset_recovery(arguments: &Reinstate) -> Option<HandsetRecovery> {
    let recovered_at = arguments.handset_recovered_at?;
    let attested_by = arguments.attested_by.clone()?;
    Some(HandsetRecovery { attested_by, recovered_at: Some(recovered_at.into()) })
}

async fn reinstate_line(
    client: &Client,
    output: &mut Output,
    arguments: &Reinstate,
    line: &LineSelector,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = ReinstateLineRequest {
        request_id: request_id.to_string(),
        line: Some(line.into()),
        reason: SuspensionReason::from(arguments.reason).into(),
        on_behalf: arguments.on_behalf.to_proto(),
        handset_recovery: handset_recovery(arguments),
        include_twins: arguments.with_twins,
    };
    let response = client.lines().reinstate_line(prompt(request)).await;
    let response = response.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    act::show(output, &response, (&response.line, &response.act), request_id)?;
    remarks::tell(output, &response.remarks);
    if response.twins.is_empty() {
        return Ok(());
    }
    output.text(&person::render(&response.twins))?;
    person::verdict(&response.twins)
}

async fn reinstate_person(
    client: &Client,
    output: &mut Output,
    arguments: &Reinstate,
    person: &Person,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = ReinstatePersonRequest {
        request_id: request_id.to_string(),
        account_id: person.account_id.to_string(),
        user_id: person.user_id.clone(),
        reason: SuspensionReason::from(arguments.reason).into(),
        on_behalf: arguments.on_behalf.to_proto(),
        handset_recovery: handset_recovery(arguments),
    };
    let response = client.lines().reinstate_person(prompt(request)).await;
    let response = response.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(|| json::document(&response), |_| person::render(&response.outcomes))?;
    person::verdict(&response.outcomes)
}
