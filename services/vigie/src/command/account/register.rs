//! `vigie account register`

use vigie_proto::routing::{AccountEntry, RegisterAccountRequest};

use super::{id_if_given, show};
use crate::cli::{Language, RegisterAccount, wires};
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    arguments: &RegisterAccount,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let account = AccountEntry {
        account_id: arguments.account_id.map(|id| id.to_string()).unwrap_or_default(),
        level: arguments.level.wire(),
        parent_account_id: id_if_given(client, arguments.parent.as_ref()).await?,
        name: arguments.name.clone(),
        siren: arguments.siren.clone().unwrap_or_default(),
        siret: arguments.siret.clone().unwrap_or_default(),
        segments: wires!(arguments.segments),
        language: arguments.language.map(Language::wire).unwrap_or_default(),
        address: arguments.address.to_proto(),
        countries: arguments.countries.clone(),
        external_identifiers: arguments.keys.to_proto(),
        customer_since: arguments.since.map(Into::into),
    };
    let request = RegisterAccountRequest { request_id: request_id.to_string(), account: Some(account) };
    let answer = client.accounts().register_account(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&answer),
        |zone| show::render(&answer.account.clone().unwrap_or_default(), zone),
    )
}
