//! A running server with a clock that stands still, and its development issuer.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use vigie_chassis::error::Reason;
use vigie_chassis::health::Readiness;
use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_chassis::identity::{self, Role, Verifier};
use vigie_chassis::rules::Rules;
use vigie_chassis::server::{self, Builder, Server};
use vigie_chassis::telemetry::Telemetry;
use vigie_clock::{Clock, ManualClock, Timestamp};
use vigie_proto::log::log_service_client::LogServiceClient;
use vigie_proto::log::{FeedRequest, FeedResponse};

use crate::stub;

/// 2026-11-22T05:27:26Z
pub(crate) const START: Timestamp = Timestamp::from_micros(1_795_325_246_000_000);

pub(crate) struct World {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) issuer: Issuer,
    pub(crate) address: SocketAddr,
    pub(crate) admin: SocketAddr,
    pub(crate) readiness: Readiness,
    pub(crate) telemetry: Telemetry,
    pub(crate) shutdown: CancellationToken,
    pub(crate) running: JoinHandle<Result<(), server::Error>>,
    _folder: tempfile::TempDir,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(|options| options).await
    }

    /// With telemetry that somebody looks at.
    pub(crate) async fn start_recorded(telemetry: Telemetry) -> Self {
        Self::start_all(|options| options, telemetry).await
    }

    /// With other options.
    pub(crate) async fn start_with(options: impl Fn(server::Options) -> server::Options) -> Self {
        Self::start_all(options, Telemetry::disabled()).await
    }

    async fn start_all(options: impl Fn(server::Options) -> server::Options, telemetry: Telemetry) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(ManualClock::at(START));
        let issuer = Issuer::open(folder.path(), clock.clone()).unwrap();
        let verifier = Verifier::development(&issuer, &identity::Options::default(), clock.clone()).unwrap();
        let readiness = Readiness::new();

        let server = bind(&options, |options| {
            Builder::new(options, clock.clone())
                .identity(verifier.clone())
                .rules(stub::rules())
                .descriptors(vigie_proto::DESCRIPTORS)
                .telemetry(telemetry.clone())
                .readiness(readiness.clone())
        })
        .await
        .unwrap();

        let (address, admin) = (server.address(), server.admin_address().unwrap());
        let shutdown = CancellationToken::new();
        let running = tokio::spawn(server.run(shutdown.clone().cancelled_owned()));
        Self { clock, issuer, address, admin, readiness, telemetry, shutdown, running, _folder: folder }
    }

    pub(crate) fn token(&self, grant: &Grant) -> String {
        self.issuer.mint(grant).unwrap()
    }

    pub(crate) fn operator(&self) -> String {
        self.token(&Grant::new("ada", &[Role::Operator]))
    }

    pub(crate) async fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.address)).unwrap().connect().await.unwrap()
    }

    pub(crate) async fn client(&self) -> LogServiceClient<Channel> {
        LogServiceClient::new(self.channel().await).max_decoding_message_size(16 * 1024 * 1024)
    }

    /// All that a feed gives, or how it fails.
    pub(crate) async fn feed(&self, token: &str, limit: i64) -> Result<Vec<FeedResponse>, Status> {
        let request = with_token(FeedRequest { limit, ..FeedRequest::default() }, token);
        let mut answers = self.client().await.feed(request).await?.into_inner();
        let mut all = Vec::new();
        while let Some(answer) = answers.message().await? {
            all.push(answer);
        }
        Ok(all)
    }

    pub(crate) async fn stop(self) -> Result<(), server::Error> {
        self.shutdown.cancel();
        self.running.await.unwrap()
    }
}

pub(crate) fn with_token<T>(message: T, token: &str) -> Request<T> {
    let mut request = Request::new(message);
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    request
}

pub(crate) fn reason(status: &Status) -> Option<Reason> {
    Reason::of(status)
}

/// Binds on the next free pair of ports, below the ephemeral range.
pub(crate) async fn bind(
    options: impl Fn(server::Options) -> server::Options,
    builder: impl Fn(server::Options) -> Builder,
) -> Result<Server, server::Error> {
    loop {
        let own = server::Options {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, next_port())),
            admin: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, next_port()))),
            lame_duck_ms: 50,
            drain_ms: 2_000,
            ..server::Options::default()
        };
        match builder(options(own)).bind(stub::services()).await {
            Err(server::Error::Listen { .. }) => {}
            bound => return bound,
        }
    }
}

/// A server without identity, for rules alone.
pub(crate) async fn bind_with_rules(rules: Rules) -> Result<Server, server::Error> {
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(START));
    bind(
        |options| options,
        |options| {
            Builder::new(options, clock.clone()).rules(rules.clone()).descriptors(vigie_proto::DESCRIPTORS)
        },
    )
    .await
}

pub(crate) fn next_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id() % 20_000).unwrap();
    10_000 + (start + NEXT.fetch_add(1, Ordering::SeqCst)) % 22_000
}

/// Waits for what must come soon.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), future).await.expect("takes too long")
}

/// A GET on the admin address: status line and body.
pub(crate) async fn get(address: SocketAddr, path: &str) -> (u16, String) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let status = text.split(' ').nth(1).unwrap().parse().unwrap();
    (status, text.split_once("\r\n\r\n").unwrap().1.to_owned())
}
