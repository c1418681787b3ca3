//! A log, and a server that serves it.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vigie_bus::{LogServer, RemoteFeed};
use vigie_chassis::client::{self, Tls, Token};
use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_chassis::identity::{self, Role, Verifier};
use vigie_chassis::server::{Builder, Options, Services};
use vigie_clock::{Ids as _, SystemClock, SystemIds};
use vigie_eventlog::{AnchorFile, Append, EventLog, Location, NewEvent};
use vigie_proto::log::log_service_server::LogServiceServer;
use vigie_testkit::{Scratch, free_port};

/// What the log of a house is called.
pub(crate) const LOG: &str = "lines";

/// A log on SQLite, and who makes tokens for it.
pub(crate) struct House {
    pub(crate) log: EventLog,
    pub(crate) scratch: Scratch,
    pub(crate) issuer: Arc<Issuer>,
}

/// Who may read the log.
pub(crate) fn auditor() -> Grant {
    Grant::new("view", &[Role::Auditor])
}

impl House {
    pub(crate) async fn open() -> Self {
        install_tls();
        let scratch = Scratch::new("remote").unwrap();
        let log = open_log(&scratch, LOG).await;
        let issuer = Arc::new(Issuer::open(scratch.path(), Arc::new(SystemClock)).unwrap());
        Self { log, scratch, issuer }
    }

    /// Appends so many events to each of so many new streams.
    pub(crate) async fn append(&self, streams: usize, events: i64) -> Vec<Uuid> {
        appended(&self.log, streams, events).await
    }

    /// Where the log called `name` is anchored.
    pub(crate) fn anchor(&self, name: &str) -> AnchorFile {
        AnchorFile::new(self.scratch.path().join(format!("{name}.anchor")))
    }

    pub(crate) fn verifier(&self) -> Verifier {
        let options = identity::Options::default();
        Verifier::development(&self.issuer, &options, Arc::new(SystemClock)).unwrap()
    }
}

/// The log called `name`.
pub(crate) async fn open_log(scratch: &Scratch, name: &str) -> EventLog {
    let options = vigie_eventlog::Options::new(Location::Sqlite(scratch.path().join(format!("{name}.db"))));
    EventLog::open(options, Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap()
}

/// Appends so many events to each of so many new streams.
pub(crate) async fn appended(log: &EventLog, streams: usize, events: i64) -> Vec<Uuid> {
    let streams: Vec<_> = (0..streams).map(|_| SystemIds.next()).collect();
    for stream_id in &streams {
        for expected_version in 0..events {
            log.append(append(*stream_id, expected_version)).await.unwrap();
        }
    }
    streams
}

/// A provider of TLS, as a `main` installs it.
pub(crate) fn install_tls() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

fn append(stream_id: Uuid, expected_version: i64) -> Append {
    let event = NewEvent {
        event_id: SystemIds.next(),
        event_type: "vigie.thing.happened.v1".to_owned(),
        account_id: Uuid::from_u128(7),
        occurred_at: None,
        actor: "tester".to_owned(),
        on_behalf_of: (expected_version % 2 == 0).then(|| "somebody".to_owned()),
        channel: "API".to_owned(),
        request_id: None,
        act_id: Some(SystemIds.next()),
        traceparent: None,
        payload: br#"{"state":  {"n": 1.0}}"#.to_vec(),
    };
    Append::new(stream_id, "thing", expected_version, vec![event])
}

/// A server over the log of a house.
pub(crate) struct Door {
    issuer: Arc<Issuer>,
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<()>,
}

impl Door {
    pub(crate) async fn open(house: &House) -> Self {
        Self::open_at(house, SocketAddr::from((Ipv4Addr::LOCALHOST, free_port().unwrap()))).await
    }

    pub(crate) async fn open_at(house: &House, listen: SocketAddr) -> Self {
        Self::open_with(house, Options { listen, ..Options::default() }).await
    }

    pub(crate) async fn open_with(house: &House, options: Options) -> Self {
        Self::open_over(house, &[&house.log], options).await
    }

    /// Serves these logs.
    pub(crate) async fn open_over(house: &House, logs: &[&EventLog], options: Options) -> Self {
        let logs = logs.iter().map(|log| ((*log).clone(), house.anchor(log.name()))).collect();
        let log = LogServiceServer::new(LogServer::new(logs));
        let options = Options { admin: None, lame_duck_ms: 10, drain_ms: 1_000, ..options };
        let server = Builder::new(options, Arc::new(SystemClock))
            .identity(house.verifier())
            .rules(vigie_bus::rules())
            .descriptors(vigie_proto::DESCRIPTORS)
            .bind(Services::new().add(log))
            .await
            .unwrap();
        let (address, stop) = (server.address(), CancellationToken::new());
        let stopped = stop.clone().cancelled_owned();
        let serving = tokio::spawn(async move { server.run(stopped).await.unwrap() });
        Self { issuer: house.issuer.clone(), address, stop, serving }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The log for the bearer of such a token.
    pub(crate) fn feed(&self, grant: Grant) -> RemoteFeed {
        self.feed_of(LOG, grant)
    }

    /// The log called `name` for the bearer of such a token.
    pub(crate) fn feed_of(&self, name: &str, grant: Grant) -> RemoteFeed {
        let endpoint = client::endpoint(&format!("http://{}", self.address), &Tls::default()).unwrap();
        RemoteFeed::new(&endpoint, name, self.token(grant), Arc::new(SystemIds))
    }

    pub(crate) fn feed_without_token(&self) -> RemoteFeed {
        feed(&format!("http://{}", self.address), &Tls::default(), Token::None)
    }

    pub(crate) fn token(&self, grant: Grant) -> Token {
        Token::Development(self.issuer.clone(), grant)
    }

    /// Stops serving; where it was.
    pub(crate) async fn close(self) -> SocketAddr {
        self.stop.cancel();
        self.serving.await.unwrap();
        self.address
    }
}

pub(crate) fn feed(url: &str, tls: &Tls, token: Token) -> RemoteFeed {
    RemoteFeed::new(&client::endpoint(url, tls).unwrap(), LOG, token, Arc::new(SystemIds))
}
