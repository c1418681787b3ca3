//! `vigie desk …`

mod add;
mod change;
mod list;
pub(super) mod show;

use crate::cli::DeskCommand;
use crate::client::Client;
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(client: Client, output: &mut Output, command: DeskCommand) -> Result<(), Error> {
    match command {
        DeskCommand::Add(arguments) => add::run(&client, output, &arguments).await,
        DeskCommand::Change(arguments) => change::run(&client, output, &arguments).await,
        DeskCommand::Close { desk, request } => change::close(&client, output, &desk, &request).await,
        DeskCommand::Show { desk } => show::run(&client, output, &desk).await,
        DeskCommand::List(arguments) => list::run(&client, output, &arguments).await,
    }
}
