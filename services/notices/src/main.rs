//! `vigie-notices`: notices in a process of their own, with their log. What people are told of they read from where it is
//! served, by gRPC or Kafka.

use std::process::ExitCode;

use vigie_chassis::client::{self, Token};
use vigie_chassis::keyfile;
use vigie_chassis::server::Services;
use vigie_notices::config::{Config, topics};
use vigie_notices::post::SigningKey;
use vigie_notices::{Caused, Notices, Parts, RoutingDoor};
use vigie_process::{
    Arguments, Configuration as _, Error, OwnLog, Process, RemoteLog, RoutingSection, Served, Waiting,
    with_causes,
};

/// As in every process of Vigie: made for small allocations that another thread frees.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NAME: &str = "vigie-notices";

fn main() -> ExitCode {
    vigie_process::main(NAME, "Who is told what, with proof of delivery", serve)
}

async fn serve(arguments: Arguments) -> Result<(), Error> {
    let config = Config::load(NAME, &arguments.place)?;
    let process = Process::open(&config.storage, &config.identity, &config.telemetry)?;
    let log = OwnLog::open(&process, &config.storage, &config.kafka, topics()?).await?;
    let elsewhere = |served: Served, is_somewhere: bool| {
        is_somewhere.then(|| RemoteLog::open(&process, served, &config.kafka)).transpose()
    };
    let lines = elsewhere(config.lines.log(), config.lines.endpoint.is_some())?;
    let routing = elsewhere(config.routing.log(), config.routing.endpoint.is_some())?;
    let key = keyfile::open_or_create(&config.storage.data.join("webhooks.key")).map_err(|source| {
        let doing = "make the key that webhooks are signed with".to_owned();
        Error::Local { doing, source }
    })?;
    let notices = Notices::open(
        config.notices.options(&config.storage.places()?),
        Parts {
            log: log.log().clone(),
            lines: caused(lines.as_ref(), "notices_of_lines").await?,
            routing: caused(routing.as_ref(), "notices_of_routing").await?,
            told_to: told_to(&process, &config.routing)?,
            contacts: routing.as_ref().map(|routing| routing.feed("notices_directory")),
            mail: config.notices.mail.open(&config.storage.data).map_err(Error::part)?,
            key: SigningKey::new(&key),
            pages: process.pages(),
            readiness: process.readiness().clone(),
        },
    );
    let notices = notices.await.map_err(Error::part)?;

    let waiting = Waiting::default().reactions(notices.reactions());
    let services = waiting.add_to(&process, notices.add_to(log.add_to(Services::new())));
    let served = process
        .serve(config.server, Notices::rules().merge(OwnLog::rules()).merge(Waiting::rules()), services)
        .await;

    let deadline = Process::closes_until();
    notices.shutdown(deadline).await;
    process.stop(deadline).await;
    log.close(deadline).await;
    process.close().await;
    served
}

/// The way to where `routing` keeps who was told of its changes, by the token that reads its log: it needs the role operator
/// besides, and until it has it what is to be reported waits.
fn told_to(process: &Process, routing: &RoutingSection) -> Result<Option<RoutingDoor>, Error> {
    let Some(url) = &routing.endpoint else { return Ok(None) };
    let endpoint = client::endpoint(url, &routing.tls);
    let endpoint = endpoint.map_err(|error| Error::Usage(with_causes(&error)))?;
    let token = match (&routing.token, process.issuer()) {
        (Some(file), _) => Token::File(file.clone()),
        (None, Some(issuer)) => Token::Development(issuer, RoutingDoor::grant()),
        (None, None) => return Ok(None),
    };
    Ok(Some(RoutingDoor::new(&endpoint, token)))
}

/// Another service's log, if there is one. People are told of what comes from now on.
async fn caused(log: Option<&RemoteLog>, name: &'static str) -> Result<Option<Caused>, Error> {
    match log {
        Some(log) => Ok(Some(Caused { begin_after: log.head().await?, feed: log.feed(name) })),
        None => Ok(None),
    }
}
