//! `vigie base …`

mod generate;
mod import;

use crate::cli::{BaseCommand, Global};
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(global: &Global, output: &mut Output, command: BaseCommand) -> Result<(), Error> {
    match command {
        BaseCommand::Import(arguments) => {
            import::run(&super::connect(global, output).await?, output, &arguments).await
        }
        BaseCommand::Generate(arguments) => generate::run(output, &arguments),
    }
}
