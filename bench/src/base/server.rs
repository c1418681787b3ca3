//! Routing on PostgreSQL, in a process of its own: log, view, base and the server as they are.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use vigie_chassis::health::Readiness;
use vigie_chassis::identity::{self, Verifier, dev::Issuer};
use vigie_chassis::page::Signer;
use vigie_chassis::server::{self, Builder, Services};
use vigie_clock::{Clock, SystemClock};
use vigie_eventlog::Location;
use vigie_routing::{Parts, Routing};

use crate::append::open_log;
use crate::child;
use crate::harness::text;

pub const NAME: &str = "base-server";

#[derive(Debug, Serialize, Deserialize)]
pub struct Options {
    /// The database of log and view.
    pub url: String,
    /// Where the key of the tokens is.
    pub folder: PathBuf,
    pub listen: SocketAddr,
}

/// Serves until it is killed.
pub async fn run(options: Options) -> Result<(), String> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let place = |schema: &str| Location::Postgres { url: options.url.clone(), schema: schema.to_owned() };
    let readiness = Readiness::new();
    let parts = Parts {
        log: open_log(place("routing")).await?,
        pages: Signer::open_or_create(&options.folder.join("pages.key")).map_err(text)?,
        readiness: readiness.clone(),
    };
    let routing = vigie_routing::Options::new(place("routing_view"));
    let routing = Routing::open(routing, parts).await.map_err(text)?;

    let issuer = Issuer::open(&options.folder, clock.clone()).map_err(text)?;
    let verifier =
        Verifier::development(&issuer, &identity::Options::default(), clock.clone()).map_err(text)?;
    let server_options =
        server::Options { listen: options.listen, admin: None, ..server::Options::default() };
    let server = Builder::new(server_options, clock)
        .identity(verifier)
        .rules(Routing::rules())
        .descriptors(vigie_proto::DESCRIPTORS)
        .readiness(readiness)
        .bind(routing.add_to(Services::new()));
    let server = server.await.map_err(text)?;
    child::say_ready();
    server.run(std::future::pending()).await.map_err(text)
}
