//! `vigie-commitments`: the ledger in a process of its own, with its own database. It reads the logs of `lines` and of
//! `routing` by Kafka, or from where they are served.

use std::process::ExitCode;

use vigie_chassis::server::Services;
use vigie_commitments::{Commitments, Feeds, Log, Options, rules, service, start_view_over};
use vigie_process::{Configuration as _, Error, Process, RemoteLog, ViewArguments, ViewCommand, ViewConfig};

/// As in every process of Vigie: made for small allocations that another thread frees.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NAME: &str = "vigie-commitments";

fn main() -> ExitCode {
    vigie_process::main(NAME, "The ledger of kept and missed promises", run)
}

async fn run(arguments: ViewArguments) -> Result<(), Error> {
    let config = ViewConfig::load(NAME, &arguments.place)?;
    let process = Process::open(&config.storage, &config.identity, &config.telemetry)?;
    let meter = Some(process.telemetry().meter("vigie_commitments"));
    let options = Options { meter, ..Options::of(&config.storage.places()?) };

    let done = match arguments.command {
        Some(ViewCommand::StartOver { log }) => start_over(&options, log.as_deref()).await,
        None => serve(config, &process, options).await,
    };

    process.stop(Process::closes_until()).await;
    process.close().await;
    done
}

/// Empties what comes from the log of that name, or from all.
async fn start_over(options: &Options, log: Option<&str>) -> Result<(), Error> {
    let logs = match log {
        None => Log::ALL.to_vec(),
        Some(name) => vec![Log::named(name).ok_or_else(|| no_such_log(name))?],
    };
    for log in logs {
        start_view_over(options, log).await.map_err(Error::part)?;
        tracing::info!(log = log.as_str(), "emptied: the next start computes it from the log");
    }
    Ok(())
}

fn no_such_log(name: &str) -> Error {
    let names = Log::ALL.map(Log::as_str).join(", ");
    Error::Usage(format!("the ledger is not computed from the log of {name}; there are: {names}"))
}

async fn serve(config: ViewConfig, process: &Process, options: Options) -> Result<(), Error> {
    let ledger = Commitments::open_over(options, feeds(&config, process)?, process.clock()).await;
    let ledger = ledger.map_err(Error::part)?;
    for (log, states) in ledger.readers() {
        let following = ledger.clone();
        let run = move |stop| async move { following.run_of(log, stop).await };
        process.follow(Commitments::reader(log), states, run);
    }
    let services = Services::new().add(service(ledger.clone(), process.pages()));
    let served = process.serve(config.server, rules(), services).await;

    let deadline = Process::closes_until();
    process.stop(deadline).await;
    let _ = tokio::time::timeout_at(deadline, ledger.close()).await;
    served
}

/// The logs that the ledger is computed from. That of `routing` is for whoever runs it.
fn feeds(config: &ViewConfig, process: &Process) -> Result<Feeds, Error> {
    let open = |log: Log, served| -> Result<_, Error> {
        Ok(RemoteLog::open(process, served, &config.kafka)?.feed(Commitments::reader(log)))
    };
    let lines = open(Log::Lines, config.lines.log())?;
    let has_routing = config.routing.endpoint.is_some();
    let routing = has_routing.then(|| open(Log::Routing, config.routing.log())).transpose()?;
    if routing.is_none() {
        tracing::warn!(
            "where the log of routing is served is not configured (routing.endpoint): the ledger reads the log of lines only, \
             and the promises that routing keeps are not measured"
        );
    }
    Ok(Feeds { lines, routing })
}
