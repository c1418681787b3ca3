//! `vigie line …`

mod act;
mod handset;
mod import;
mod list;
mod pending;
mod person;
mod port_out;
mod receipt;
mod reinstate;
mod remarks;
mod replace_sim;
mod show;
mod suspend;
mod terminate;
mod timeline;
mod undo;
mod watch;

use crate::cli::LineCommand;
use crate::client::Client;
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(client: Client, output: &mut Output, command: LineCommand) -> Result<(), Error> {
    match command {
        LineCommand::Suspend(arguments) => suspend::run(&client, output, &arguments).await,
        LineCommand::Reinstate(arguments) => reinstate::run(&client, output, &arguments).await,
        LineCommand::Undo(arguments) => undo::run(&client, output, &arguments).await,
        LineCommand::ReplaceSim(arguments) => replace_sim::run(&client, output, &arguments).await,
        LineCommand::Handset(command) => handset::run(&client, output, command).await,
        LineCommand::PortOut(command) => port_out::run(&client, output, command).await,
        LineCommand::Terminate(arguments) => terminate::run(&client, output, &arguments).await,
        LineCommand::Show { line } => show::run(&client, output, &line).await,
        LineCommand::List(arguments) => list::run(&client, output, &arguments).await,
        LineCommand::Pending { limit } => pending::run(&client, output, limit).await,
        LineCommand::Timeline(arguments) => timeline::run(&client, output, &arguments).await,
        LineCommand::Watch(arguments) => watch::run(&client, output, &arguments).await,
        LineCommand::Receipt(arguments) => receipt::run(&client, output, &arguments).await,
        LineCommand::Import(arguments) => import::run(&client, output, &arguments).await,
    }
}
