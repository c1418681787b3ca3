//! `vigie account …`

mod assign;
mod change;
mod list;
mod manager;
mod register;
pub(super) mod show;

use uuid::Uuid;
use vigie_proto::routing::GetAccountRequest;

use crate::cli::{AccountCommand, AccountSelector};
use crate::client::{Client, prompt};
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(client: Client, output: &mut Output, command: AccountCommand) -> Result<(), Error> {
    match command {
        AccountCommand::Register(arguments) => register::run(&client, output, &arguments).await,
        AccountCommand::Show { account, at } => show::run(&client, output, &account, at).await,
        AccountCommand::List(arguments) => list::run(&client, output, &arguments).await,
        AccountCommand::Move(arguments) => change::hang(&client, output, &arguments).await,
        AccountCommand::Change(arguments) => change::run(&client, output, &arguments).await,
        AccountCommand::Close(arguments) => change::close(&client, output, &arguments).await,
        AccountCommand::Manager { account, at } => manager::run(&client, output, &account, at).await,
        AccountCommand::Assign(arguments) => assign::run(&client, output, &arguments).await,
        AccountCommand::EndAssignment(arguments) => assign::end(&client, output, &arguments).await,
        AccountCommand::Assignments { account, limit } => {
            assign::list(&client, output, &account, limit).await
        }
    }
}

/// The id of an account, which is asked for where another key was given.
pub(super) async fn id_of(client: &Client, account: &AccountSelector) -> Result<String, Error> {
    if let AccountSelector::Id(id) = account {
        return Ok(Uuid::to_string(id));
    }
    let request = GetAccountRequest { account: Some(account.into()), at: None };
    let answer = client.accounts().get_account(prompt(request)).await?.into_inner();
    Ok(answer.account.unwrap_or_default().account_id)
}

/// The same for one that may not be given: empty then.
async fn id_if_given(client: &Client, account: Option<&AccountSelector>) -> Result<String, Error> {
    match account {
        Some(account) => id_of(client, account).await,
        None => Ok(String::new()),
    }
}
