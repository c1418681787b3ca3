//! `vigie person …`

mod add;
mod change;
mod list;
mod remove;
mod show;

use crate::cli::PersonCommand;
use crate::client::Client;
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(client: Client, output: &mut Output, command: PersonCommand) -> Result<(), Error> {
    match command {
        PersonCommand::Add(arguments) => add::run(&client, output, &arguments).await,
        PersonCommand::Change(arguments) => change::run(&client, output, &arguments).await,
        PersonCommand::Show { person } => show::run(&client, output, &person).await,
        PersonCommand::List(arguments) => list::run(&client, output, &arguments).await,
        PersonCommand::Remove { person, request } => remove::run(&client, output, &person, &request).await,
    }
}
