//! All of Vigie in one process, and the command line that talks to it.
//!
//! Every command except `run`, `log restore` and `view start-over` is a client of the gRPC door: it can do what any other
//! client can do with the same token, and nothing else.

mod cli;
mod client;
mod command;
mod demo;
mod error;
mod import;
mod output;
mod serve;

pub use cli::Cli;

use std::process::ExitCode;

use crate::error::Error;
use crate::output::Output;

/// Carries out what the command line asks; the exit code says how it went (`vigie --help` lists them).
pub fn run(cli: Cli) -> ExitCode {
    let mut output = Output::standard(cli.global.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(source) => return output.fail(&Error::local("start the runtime", source)),
    };
    let outcome = runtime.block_on(command::dispatch(cli, &mut output));
    // A reader thread may still wait on a file or pipe; the process ends regardless.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output.fail(&error),
    }
}
