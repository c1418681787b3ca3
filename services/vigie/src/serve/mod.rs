//! `vigie run`: all of Vigie in one process.

mod config;
mod greeting;
mod logs;
mod notices;
mod parts;

use std::future::Future;
use std::path::Path;

use vigie_chassis::server;

use crate::demo::{self, Marker, Stage};
use crate::error::Error;
use crate::output::Output;

pub(crate) use config::Config;
pub(crate) use logs::Logs;
use parts::Parts;
pub(crate) use vigie_process::{Places, with_causes};

/// Serves until SIGINT or SIGTERM: configuration, parts, serve, drain.
pub(crate) async fn run(file: Option<&Path>, data: Option<&Path>, output: &mut Output) -> Result<(), Error> {
    let config = Config::load(file, data)?;
    config.storage.make_folder()?;

    let marker = Marker::read(&config.storage.data)?;
    let parts = Parts::open(&config, marker).await?;
    let server = parts.bind(&config).await?;
    let greeting = greeting::Greeting::of(&config, &parts, &server);
    let stage = stage(&config, &parts, &server, marker);
    output.either(|| greeting.document(), |_| greeting.render(stage.is_none()))?;

    let serving = tokio::spawn(server.run(server::signal()));
    let served = until_stopped(serving, show(stage.as_ref(), output)).await;

    parts.close().await;
    served
}

/// The demo's stage, if there is something to show: an embedded default without data of its own.
fn stage(config: &Config, parts: &Parts, server: &server::Server, marker: Marker) -> Option<Stage> {
    if !config.is_embedded() || !marker.calls_for_demo(parts.log_is_empty()) {
        return None;
    }
    let (issuer, (simulated, stopwatch)) = (parts.issuer()?, parts.stage_register()?);
    Some(Stage {
        endpoint: format!("http://{}", server.address()),
        issuer,
        simulated,
        stopwatch,
        marker,
        command: greeting::invocation(config, server.address()),
        data: config.storage.data.clone(),
    })
}

/// A demo that fails is a pity and no reason to stop serving.
async fn show(stage: Option<&Stage>, output: &mut Output) {
    let Some(stage) = stage else { return };
    if let Err(error) = demo::show(stage, output).await {
        output.note(&format!("The demo stopped ({}: {error}); Vigie goes on serving.", error.reason()));
    }
}

/// Waits for the server's end while something else is shown beside it.
async fn until_stopped(
    serving: tokio::task::JoinHandle<Result<(), server::Error>>,
    beside: impl Future<Output = ()>,
) -> Result<(), Error> {
    let mut serving = serving;
    let ended = tokio::select! {
        ended = &mut serving => ended,
        () = beside => serving.await,
    };
    match ended {
        Ok(served) => served.map_err(|error| Error::Start(with_causes(&error))),
        Err(_) => Err(Error::Start("the server ended unexpectedly".into())),
    }
}
