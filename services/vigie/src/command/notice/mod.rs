//! `vigie notice …`

mod list;
mod rule;
mod show;

use crate::cli::NoticeCommand;
use crate::client::Client;
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(client: Client, output: &mut Output, command: NoticeCommand) -> Result<(), Error> {
    match command {
        NoticeCommand::List(arguments) => list::run(&client, output, &arguments).await,
        NoticeCommand::Show { notice } => show::run(&client, output, notice).await,
        NoticeCommand::Retry(arguments) => rule::retry(&client, output, &arguments).await,
        NoticeCommand::Drop(arguments) => rule::drop(&client, output, &arguments).await,
    }
}
