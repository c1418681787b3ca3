//! From the operating system into `async`, and back with an exit code.

use std::process::ExitCode;

use clap::{FromArgMatches, Parser};

use crate::error::{Error, with_causes};

/// Runs a service as the process `name`, whose `--help` begins with `about`: reads the command line, starts a runtime, and
/// says on standard error why it did not serve.
#[allow(
    clippy::print_stderr,
    reason = "a process that does not start says why, and nothing else listens yet"
)]
pub fn main<A, F>(name: &'static str, about: &'static str, serve: impl FnOnce(A) -> F) -> ExitCode
where
    A: Parser + FromArgMatches,
    F: Future<Output = Result<(), Error>>,
{
    let matches = A::command().name(name).about(about).get_matches();
    let arguments = A::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    // One provider for all of TLS; a second installation is the only failure and harmless.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(source) => {
            eprintln!("{name}: cannot start the runtime: {source}");
            return ExitCode::from(2);
        }
    };
    let served = runtime.block_on(serve(arguments));
    runtime.shutdown_background();
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {}", with_causes(&error));
            error.exit_code()
        }
    }
}
