//! `vigie log …`

mod backup;
mod list;
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
        LogCommand::List => list::run(&connect(global, output).await?, output).await,
        LogCommand::Tail(arguments) => tail::run(connect(global, output).await?, output, arguments).await,
        LogCommand::Verify { which } => verify::run(&connect(global, output).await?, output, which).await,
        LogCommand::Backup { file, which } => {
            backup::refuse_existing(&file)?;
            backup::run(&connect(global, output).await?, output, &which, &file).await
        }
        LogCommand::Restore { file, which, above, config } => {
            restore::run(global, output, &which, &file, above, config.as_deref()).await
        }
        LogCommand::Resync { which, config } => resync::run(global, output, &which, config.as_deref()).await,
    }
}
