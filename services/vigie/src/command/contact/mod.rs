//! `vigie contact …`

mod list;
mod record;
mod rejected;
mod show;
mod split;

use crate::cli::ContactCommand;
use crate::client::Client;
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(client: Client, output: &mut Output, command: ContactCommand) -> Result<(), Error> {
    match command {
        ContactCommand::Show { contact } => show::run(&client, output, &contact).await,
        ContactCommand::List(arguments) => list::run(&client, output, &arguments).await,
        ContactCommand::Record(command) => record::run(&client, output, command).await,
        ContactCommand::Split(arguments) => split::run(&client, output, &arguments).await,
        ContactCommand::RejectedFacts { limit } => rejected::list(&client, output, limit).await,
        ContactCommand::SettleRejectedFact(arguments) => rejected::settle(&client, output, &arguments).await,
    }
}
