//! `vigie account change`, `move` and `close`

use vigie_proto::routing::{ChangeAccountRequest, CloseAccountRequest, CountryList, MoveAccountRequest};

use super::{id_if_given, show};
use crate::cli::{ChangeAccount, CloseAccount, Language, MoveAccount, wires};
use crate::client::{Client, prompt};
use crate::command::request_id;
use crate::error::Error;
use crate::output::{Output, json};

pub(super) async fn run(
    client: &Client,
    output: &mut Output,
    arguments: &ChangeAccount,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let countries = (arguments.no_countries || !arguments.countries.is_empty())
        .then(|| CountryList { countries: arguments.countries.clone() });
    let request = ChangeAccountRequest {
        request_id: request_id.to_string(),
        account: Some((&arguments.account).into()),
        effective_from: arguments.from.map(Into::into),
        name: arguments.name.clone().unwrap_or_default(),
        segments: wires!(arguments.segments),
        language: arguments.language.map(Language::wire).unwrap_or_default(),
        address: arguments.address.to_proto(),
        countries,
    };
    let answer = client.accounts().change_account(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&answer),
        |zone| show::render(&answer.account.clone().unwrap_or_default(), zone),
    )
}

pub(super) async fn hang(client: &Client, output: &mut Output, arguments: &MoveAccount) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = MoveAccountRequest {
        request_id: request_id.to_string(),
        account: Some((&arguments.account).into()),
        // None given is `--top`: one of both is needed.
        parent_account_id: id_if_given(client, arguments.below.as_ref()).await?,
        effective_from: arguments.from.map(Into::into),
    };
    let answer = client.accounts().move_account(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&answer),
        |zone| show::render(&answer.account.clone().unwrap_or_default(), zone),
    )
}

pub(super) async fn close(
    client: &Client,
    output: &mut Output,
    arguments: &CloseAccount,
) -> Result<(), Error> {
    let request_id = request_id(&arguments.request);
    let request = CloseAccountRequest {
        request_id: request_id.to_string(),
        account: Some((&arguments.account).into()),
        effective_from: arguments.from.map(Into::into),
    };
    let answer = client.accounts().close_account(prompt(request)).await;
    let answer = answer.map_err(|status| Error::from(status).for_request(request_id))?.into_inner();
    output.either(
        || json::document(&answer),
        |zone| show::render(&answer.account.clone().unwrap_or_default(), zone),
    )
}
