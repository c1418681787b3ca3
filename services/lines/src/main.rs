//! `vigie-lines`: lines in a process of their own, with their log and the register. Views run elsewhere and read the log by
//! Kafka, or from here.

use std::process::ExitCode;

use vigie_chassis::server::Services;
use vigie_lines::config::{Config, topics};
use vigie_lines::{Lines, Parts};
use vigie_process::{Arguments, Configuration as _, Error, OwnLog, Process, Waiting};

/// Half of what a command costs this process is small allocations that another thread frees; this allocator is made for
/// that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NAME: &str = "vigie-lines";

fn main() -> ExitCode {
    vigie_process::main(NAME, "Mobile lines, their suspension, and the register that proves it", serve)
}

async fn serve(arguments: Arguments) -> Result<(), Error> {
    let config = Config::load(NAME, &arguments.place)?;
    let process = Process::open(&config.storage, &config.identity, &config.telemetry)?;
    let log = OwnLog::open(&process, &config.storage, &config.kafka, topics()?).await?;
    let lines = Lines::open(
        config.lines.options(&config.storage.places()?, &config.register),
        Parts {
            log: log.log().clone(),
            register: config.register.open(&config.storage.data)?.register(),
            block_list: config.lines.block_list.open(&config.storage.data)?,
            pages: process.pages(),
            readiness: process.readiness().clone(),
        },
    );
    let lines = lines.await.map_err(Error::part)?;

    let waiting = Waiting::default().reactions(lines.reactions());
    let services = waiting.add_to(&process, lines.add_to(log.add_to(Services::new())));
    let served = process
        .serve(config.server, Lines::rules().merge(OwnLog::rules()).merge(Waiting::rules()), services)
        .await;

    let deadline = Process::closes_until();
    lines.shutdown(deadline).await;
    process.stop(deadline).await;
    log.close(deadline).await;
    process.close().await;
    served
}
