//! `vigie-commitments`: the ledger in a process of its own, with its own database. It reads the log of `lines` by Kafka, or
//! from where that is served.

use std::process::ExitCode;

use vigie_chassis::server::Services;
use vigie_commitments::{Commitments, Options, rules, service};
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
    let lines = RemoteLog::open(&process, config.lines.log(), &config.kafka)?;
    let ledger = open(&config, &process, &lines).await?;

    let done = match arguments.command {
        Some(ViewCommand::StartOver) => ledger.start_over().await.map_err(Error::part).inspect(|()| {
            tracing::info!("emptied: the next start computes it from the log");
        }),
        None => serve(config, &process, &ledger).await,
    };

    let deadline = Process::closes_until();
    process.stop(deadline).await;
    let _ = tokio::time::timeout_at(deadline, ledger.close()).await;
    process.close().await;
    done
}

async fn open(config: &ViewConfig, process: &Process, lines: &RemoteLog) -> Result<Commitments, Error> {
    let meter = Some(process.telemetry().meter("vigie_commitments"));
    let options = Options { meter, ..Options::of(&config.storage.places()?) };
    let opened = Commitments::open(options, lines.feed("commitments"), process.clock());
    opened.await.map_err(Error::part)
}

async fn serve(config: ViewConfig, process: &Process, ledger: &Commitments) -> Result<(), Error> {
    let following = ledger.clone();
    process.follow("commitments", ledger.states(), |stop| async move { following.run(stop).await });
    let services = Services::new().add(service(ledger.clone(), process.pages()));
    process.serve(config.server, rules(), services).await
}
