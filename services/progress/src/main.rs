//! `vigie-progress`: the timelines of lines in a process of their own, with their own database. They read the log of `lines`
//! by Kafka, or from where that is served.

use std::process::ExitCode;

use vigie_bus::{DeadLetterServer, dead_letter_rules};
use vigie_chassis::server::Services;
use vigie_process::{Configuration as _, Error, Process, RemoteLog, ViewArguments, ViewCommand, ViewConfig};
use vigie_progress::{Options, Progress, rules, service};
use vigie_proto::views::dead_letter_service_server::DeadLetterServiceServer;

/// As in every process of Vigie: made for small allocations that another thread frees.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NAME: &str = "vigie-progress";

/// The log that it reads.
const LOG: &str = "lines";

fn main() -> ExitCode {
    vigie_process::main(NAME, "What became of every line and of every act on it", run)
}

async fn run(arguments: ViewArguments) -> Result<(), Error> {
    let config = ViewConfig::load(NAME, &arguments.place)?;
    let process = Process::open(&config.storage, &config.identity, &config.telemetry)?;
    let lines = RemoteLog::open(&process, config.lines.log(), &config.kafka)?;
    let progress = open(&config, &process, &lines).await?;

    let done = match arguments.command {
        Some(ViewCommand::StartOver { log: Some(log) }) if log != LOG => {
            Err(Error::Usage(format!("nothing here is computed from the log of {log}; there is: {LOG}")))
        }
        Some(ViewCommand::StartOver { .. }) => {
            progress.start_over().await.map_err(Error::part).inspect(|()| {
                tracing::info!("emptied: the next start computes it from the log");
            })
        }
        None => serve(config, &process, &progress).await,
    };

    let deadline = Process::closes_until();
    process.stop(deadline).await;
    let _ = tokio::time::timeout_at(deadline, progress.close()).await;
    process.close().await;
    done
}

async fn open(config: &ViewConfig, process: &Process, lines: &RemoteLog) -> Result<Progress, Error> {
    let meter = Some(process.telemetry().meter("vigie_progress"));
    let options = Options { meter, ..Options::of(&config.storage.places()?) };
    let opened = Progress::open(options, lines.feed("progress"), process.clock());
    opened.await.map_err(Error::part)
}

async fn serve(config: ViewConfig, process: &Process, progress: &Progress) -> Result<(), Error> {
    let following = progress.clone();
    process.follow("progress", progress.states(), |stop| async move { following.run(stop).await });
    let dead_letters =
        DeadLetterServer::new(vec![("progress", progress.parking())], process.pages(), process.clock());
    let services = Services::new()
        .add(service(progress.clone(), process.pages()))
        .add(DeadLetterServiceServer::new(dead_letters));
    process.serve(config.server, rules().merge(dead_letter_rules()), services).await
}
