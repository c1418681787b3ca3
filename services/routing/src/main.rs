//! `vigie-routing`: routing in a process of its own, with its log. Views run elsewhere and read the log by Kafka, or from here.

use std::process::ExitCode;

use vigie_chassis::server::Services;
use vigie_process::{Arguments, Configuration as _, Error, OwnLog, Process, Waiting};
use vigie_routing::config::{Config, topics};
use vigie_routing::{Parts, Routing};

/// As in every process of Vigie: made for small allocations that another thread frees.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NAME: &str = "vigie-routing";

fn main() -> ExitCode {
    vigie_process::main(NAME, "Customers, the staff who face them, and who is to take a contact", serve)
}

async fn serve(arguments: Arguments) -> Result<(), Error> {
    let config = Config::load(NAME, &arguments.place)?;
    let process = Process::open(&config.storage, &config.identity, &config.telemetry)?;
    let log = OwnLog::open(&process, &config.storage, &config.kafka, topics()?).await?;
    let routing = Routing::open(
        config.routing.options(&config.storage.places()?),
        Parts { log: log.log().clone(), pages: process.pages(), readiness: process.readiness().clone() },
    );
    let routing = routing.await.map_err(Error::part)?;

    #[cfg(feature = "kafka")]
    routing.take_facts(&config.kafka, &config.routing.facts_topic).map_err(Error::part)?;

    let waiting = Waiting::default().reactions(routing.reactions());
    let services = waiting.add_to(&process, routing.add_to(log.add_to(Services::new())));
    let served = process
        .serve(config.server, Routing::rules().merge(OwnLog::rules()).merge(Waiting::rules()), services)
        .await;

    let deadline = Process::closes_until();
    routing.shutdown(deadline).await;
    process.stop(deadline).await;
    log.close(deadline).await;
    process.close().await;
    served
}
