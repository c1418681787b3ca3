//! `vigie staff …`

mod absence;
mod add;
mod change;
mod leave;
mod list;
mod show;
mod train;
mod work;

use crate::cli::StaffCommand;
use crate::client::Client;
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(client: Client, output: &mut Output, command: StaffCommand) -> Result<(), Error> {
    match command {
        StaffCommand::Add(arguments) => add::run(&client, output, &arguments).await,
        StaffCommand::Change(arguments) => change::run(&client, output, &arguments).await,
        StaffCommand::Show { staff } => show::run(&client, output, &staff).await,
        StaffCommand::List(arguments) => list::run(&client, output, &arguments).await,
        StaffCommand::Train(arguments) => train::run(&client, output, &arguments).await,
        StaffCommand::Absence(arguments) => absence::plan(&client, output, &arguments).await,
        StaffCommand::CancelAbsence(arguments) => absence::cancel(&client, output, &arguments).await,
        StaffCommand::Leave(arguments) => leave::run(&client, output, &arguments).await,
        StaffCommand::Work { limit } => work::run(&client, output, limit).await,
    }
}
