//! Vigie's side, in a process of its own: a base loaded from events, and the server as it is around it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use vigie_chassis::identity::{self, Verifier, dev::Issuer};
use vigie_chassis::server::{self, Builder, Services};
use vigie_clock::{Almanac, Clock, SystemClock};
use vigie_routing::Router;
use vigie_routing::base::{Live, State};

use super::operator::Operator;
use crate::child;
use crate::harness::text;

pub const NAME: &str = "route-server";

#[derive(Debug, Serialize, Deserialize)]
pub struct Options {
    /// Where the key of the tokens is.
    pub folder: PathBuf,
    pub listen: SocketAddr,
    pub operator: Operator,
}

/// What is printed before the server serves.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Loaded {
    pub size: Size,
    pub grown_bytes: f64,
    pub counted_bytes: usize,
    pub took_s: f64,
}

/// Records of the base.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Size {
    pub accounts: usize,
    pub people: usize,
    pub staff: usize,
    pub desks: usize,
    pub points: usize,
}

/// Loads and serves until it is killed.
pub async fn run(options: Options) -> Result<(), String> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let before = resident_bytes()?;
    let start = Instant::now();
    let feed = options.operator.feed();
    let head = feed.head();
    let base = Live::new(Arc::new(feed), clock.clone(), Almanac::built_in());
    let running = base.clone();
    let _loading = tokio::spawn(async move { running.run(head).await });
    let mut states = base.states();
    let state = states.wait_for(|state| *state != State::Loading).await.map_err(text)?.clone();
    if state != State::Following {
        return Err(format!("the base did not load: {state:?}"));
    }
    let size = base.size();
    let loaded = Loaded {
        size: Size {
            accounts: size.accounts,
            people: size.people,
            staff: size.staff,
            desks: size.desks,
            points: size.points,
        },
        grown_bytes: resident_bytes()? - before,
        counted_bytes: base.read(|base| base.bytes()).map_err(text)?,
        took_s: start.elapsed().as_secs_f64(),
    };
    println!("{}", serde_json::to_string(&loaded).map_err(text)?);

    let issuer = Issuer::open(&options.folder, clock.clone()).map_err(text)?;
    let verifier =
        Verifier::development(&issuer, &identity::Options::default(), clock.clone()).map_err(text)?;
    let server_options =
        server::Options { listen: options.listen, admin: None, ..server::Options::default() };
    let server = Builder::new(server_options, clock.clone())
        .identity(verifier)
        .rules(Router::rules())
        .descriptors(vigie_proto::DESCRIPTORS)
        .bind(Router::new(base, clock).add_to(Services::new()));
    let server = server.await.map_err(text)?;
    child::say_ready();
    server.run(std::future::pending()).await.map_err(text)
}

/// Memory of this process that is really there.
fn resident_bytes() -> Result<f64, String> {
    let status = std::fs::read_to_string("/proc/self/status").map_err(text)?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    let kilobytes: f64 = line.trim().trim_end_matches("kB").trim().parse().map_err(text)?;
    Ok(kilobytes * 1024.0)
}
