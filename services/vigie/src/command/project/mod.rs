//! `vigie project …`

mod answer;
mod close;
mod list;
mod open;
mod promise;
mod referent;
mod show;

use crate::cli::ProjectCommand;
use crate::client::Client;
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(client: Client, output: &mut Output, command: ProjectCommand) -> Result<(), Error> {
    match command {
        ProjectCommand::Open(arguments) => open::run(&client, output, &arguments).await,
        ProjectCommand::Answer(arguments) => answer::run(&client, output, &arguments).await,
        ProjectCommand::Promise(arguments) => promise::run(&client, output, &arguments).await,
        ProjectCommand::Referent(arguments) => referent::run(&client, output, &arguments).await,
        ProjectCommand::Close(arguments) => close::run(&client, output, &arguments).await,
        ProjectCommand::List(arguments) => list::run(&client, output, &arguments).await,
        ProjectCommand::Show { project } => show::run(&client, output, project).await,
    }
}
