//! `vigie contact-point …`

mod list;
mod publish;
mod recipients;
mod retire;
mod show;

use crate::cli::ContactPointCommand;
use crate::client::Client;
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(
    client: Client,
    output: &mut Output,
    command: ContactPointCommand,
) -> Result<(), Error> {
    match command {
        ContactPointCommand::Publish(arguments) => publish::run(&client, output, &arguments).await,
        ContactPointCommand::List(arguments) => list::run(&client, output, &arguments).await,
        ContactPointCommand::Show { contact_point, at } => {
            show::run(&client, output, &contact_point, at).await
        }
        ContactPointCommand::Recipients(arguments) => recipients::run(&client, output, &arguments).await,
        ContactPointCommand::Retire(arguments) => retire::run(&client, output, &arguments).await,
    }
}
