//! Parts of a bench that run in a process of their own: this program again, with a name and its options as JSON.

use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::runtime::Builder;
use vigie_testkit::{Process, Scratch};

use crate::command::{callers, collector, floor};
use crate::harness::{blocking, text};
use crate::{base, route};

/// The names by which they are called.
pub const NAMES: &[&str] = &[
    base::server::NAME,
    callers::NAME,
    collector::NAME,
    floor::NAME,
    route::callers::NAME,
    route::echo::NAME,
    route::server::NAME,
];

/// What a server prints once it can be called.
const READY: &str = "ready";

const READY_MAX: Duration = Duration::from_secs(10);

/// Starts the part `name`, which ends with the folder.
pub fn start<O: Serialize>(scratch: &Scratch, name: &str, options: &O) -> Result<Process, String> {
    let mut command = Command::new(std::env::current_exe().map_err(text)?);
    command.args([name, &serde_json::to_string(options).map_err(text)?]);
    Process::start(scratch, &mut command).map_err(text)
}

/// The same for a server: once it serves.
pub async fn start_server<O: Serialize>(
    scratch: &Scratch,
    name: &str,
    options: &O,
) -> Result<Arc<Process>, String> {
    let process = Arc::new(start(scratch, name, options)?);
    let waiting = process.clone();
    blocking(move || waiting.wait_for_line(READY, READY_MAX, |line| line == READY)).await?;
    Ok(process)
}

/// Says that this server can be called.
pub fn say_ready() {
    println!("{READY}");
}

/// Is the part `name`.
pub fn run(name: &str, options: &str) -> ExitCode {
    let outcome = match name {
        // Callers and collector leave the second core to those who are measured.
        callers::NAME => block_on(Builder::new_current_thread(), options, callers::run),
        collector::NAME => block_on(Builder::new_current_thread(), options, collector::run),
        base::server::NAME => block_on(Builder::new_multi_thread(), options, base::server::run),
        route::callers::NAME => block_on(Builder::new_current_thread(), options, route::callers::run),
        route::echo::NAME => block_on(Builder::new_multi_thread(), options, route::echo::run),
        route::server::NAME => block_on(Builder::new_multi_thread(), options, route::server::run),
        _ => block_on(Builder::new_multi_thread(), options, floor::run),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn block_on<O, F>(mut runtime: Builder, options: &str, run: impl FnOnce(O) -> F) -> Result<(), String>
where
    O: DeserializeOwned,
    F: Future<Output = Result<(), String>> + Send + 'static,
{
    let options = serde_json::from_str(options).map_err(text)?;
    let runtime = runtime.enable_all().build().map_err(text)?;
    runtime.block_on(runtime.spawn(run(options))).map_err(text)?
}
