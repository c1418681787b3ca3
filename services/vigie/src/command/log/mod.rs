//! `vigie log …`

mod backup;
mod restore;
#[cfg_attr(not(feature = "kafka"), path = "no_resync.rs")]
mod resync;
mod tail;
mod verify;

use super::connect;
use crate::cli::{Global, LogCommand};
use crate::error::Error;
use crate::output::Output;

pub(super) async fn run(global: &Global, output: &mut Output, command: LogCommand) -> Result<(), Error> {
    match command {
        LogCommand::Tail(arguments) => tail::run(connect(global, output).await?, output, arguments).await,
        LogCommand::Verify => verify::run(&connect(global, output).await?, output).await,
        LogCommand::Backup { file } => {
            backup::refuse_existing(&file)?;
            backup::run(&connect(global, output).await?, output, &file).await
        }
        LogCommand::Restore { file, above, config } => {
            restore::run(global, output, &file, above, config.as_deref()).await
        }
        LogCommand::Resync { config } => resync::run(global, output, config.as_deref()).await,
    }
}
