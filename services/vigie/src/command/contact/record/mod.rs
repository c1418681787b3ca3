//! `vigie contact record …`

mod fact;
mod file;
mod one;

use crate::cli::RecordCommand;
use crate::client::Client;
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(client: &Client, output: &mut Output, command: RecordCommand) -> Result<(), Error> {
    match command {
        RecordCommand::File(arguments) => file::run(client, output, &arguments).await,
        command => match fact::of(client, command).await? {
            Some(fact) => one::run(client, output, fact).await,
            None => Ok(()),
        },
    }
}
