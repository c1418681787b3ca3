//! A running service beside the logs that it reacts to, and people who call it.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::metadata::MetadataValue;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use uuid::Uuid;
use vigie_chassis::error::Reason;
use vigie_chassis::health::Readiness;
use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_chassis::identity::{self, Role, Scope, Verifier};
use vigie_chassis::page::Signer;
use vigie_chassis::server::{self, Builder, Services};
use vigie_clock::{Clock, Ids, SystemClock, SystemIds, Timestamp};
use vigie_eventlog::view::Retry;
use vigie_eventlog::{Checkpoint, EventLog, Location};
use vigie_notices::domain::NoticeState;
use vigie_notices::post::{Mailbox, Post, SigningKey};
use vigie_notices::{Caused, Notices, Options, Parts};
use vigie_proto::notices::notice_service_client::NoticeServiceClient;
use vigie_proto::notices::{GetNoticeRequest, ListNoticesRequest, Notice};
use vigie_testkit::{Postgres, free_port};

pub(crate) const ACCOUNT: Uuid = Uuid::from_u128(0xacc0);
pub(crate) const OTHER_ACCOUNT: Uuid = Uuid::from_u128(0xacc1);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

pub(crate) type Client = NoticeServiceClient<InterceptedService<Channel, Bearer>>;

/// Three logs, and the service unless it is stopped.
pub(crate) struct House {
    pub(crate) lines: EventLog,
    pub(crate) routing: EventLog,
    pub(crate) log: EventLog,
    pub(crate) clock: Arc<AheadClock>,
    places: Places,
    folder: tempfile::TempDir,
    served: Option<Served>,
}

struct Served {
    notices: Notices,
    address: SocketAddr,
    issuer: Issuer,
    _stop: DropGuard,
}

/// Where a house keeps its data.
#[derive(Clone)]
pub(crate) struct Places(Option<String>, std::path::PathBuf);

impl Places {
    pub(crate) fn location(&self, name: &str) -> Location {
        match &self.0 {
            Some(url) => Location::Postgres { url: url.clone(), schema: name.to_owned() },
            None => Location::Sqlite(self.1.join(format!("{name}.db"))),
        }
    }
}

#[cfg(feature = "kill-points")]
impl Places {
    /// As a child process is told of it.
    fn told(&self) -> String {
        match &self.0 {
            Some(url) => format!("{url} {}", self.1.display()),
            None => self.1.display().to_string(),
        }
    }

    /// The same, in the child.
    pub(crate) fn heard(told: &str) -> Self {
        match told.split_once(' ') {
            Some((url, folder)) => Self(Some(url.to_owned()), folder.into()),
            None => Self(None, told.into()),
        }
    }
}

#[cfg(feature = "kill-points")]
impl House {
    pub(crate) fn told(&self) -> String {
        self.places.told()
    }

    /// Lets another process have the logs: a file is free once nobody here has a log on it.
    pub(crate) async fn close_logs(&mut self) {
        let idle = open_log(self.places.location("idle"), self.clock.clone()).await;
        for log in [&mut self.lines, &mut self.routing, &mut self.log] {
            let log = std::mem::replace(log, idle.clone());
            log.close(Instant::now() + Duration::from_secs(5)).await;
        }
    }

    /// Takes the logs back.
    pub(crate) async fn open_logs(&mut self) {
        let log = |name: &'static str| open_log(self.places.location(name), self.clock.clone());
        let (lines, routing, own) = (log("lines").await, log("routing").await, log("notices").await);
        (self.lines, self.routing, self.log) = (lines, routing, own);
    }
}

/// The system's clock, put forward by so many microseconds.
#[derive(Debug, Default)]
pub(crate) struct AheadClock(AtomicI64);

impl Clock for AheadClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(SystemClock.now().as_micros() + self.0.load(Ordering::SeqCst))
    }
}

impl House {
    /// Logs and no service yet.
    pub(crate) async fn open(engine: Engine) -> Self {
        // The process' own part, as in a service's main.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let url = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => {
                let create = || Postgres::shared().unwrap().create_database("notices").unwrap();
                Some(tokio::task::spawn_blocking(create).await.unwrap())
            }
        };
        let places = Places(url, folder.path().to_owned());
        let clock = Arc::new(AheadClock::default());
        let log = |name: &'static str| open_log(places.location(name), clock.clone());
        let (lines, routing, own) = (log("lines").await, log("routing").await, log("notices").await);
        Self { lines, routing, log: own, clock, places, folder, served: None }
    }

    /// Time passes for everybody in the house.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.0.fetch_add(i64::try_from(time.as_micros()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn places(&self) -> &Places {
        &self.places
    }

    /// The mailbox folder of the house.
    pub(crate) fn mailbox(&self) -> Arc<dyn Post> {
        let folder = self.folder().join("mailbox");
        Arc::new(Mailbox::open(&folder, "avis@exemple.fr", "Service client", "avis.exemple.fr").unwrap())
    }

    /// Bounds that a test can wait for.
    pub(crate) fn options(&self) -> Options {
        options(&self.places)
    }

    /// Starts the service with mail into the folder.
    pub(crate) async fn serve(&mut self) {
        self.serve_with(self.mailbox(), self.options()).await;
    }

    pub(crate) async fn serve_with(&mut self, mail: Arc<dyn Post>, options: Options) {
        assert!(self.served.is_none(), "it runs already");
        let readiness = Readiness::new();
        let caused =
            |log: &EventLog| Some(Caused { feed: Arc::new(log.clone()), begin_after: Checkpoint::START });
        let parts = Parts {
            log: self.log.clone(),
            lines: caused(&self.lines),
            routing: caused(&self.routing),
            contacts: Some(Arc::new(self.routing.clone())),
            told_to: None,
            mail,
            key: SigningKey::new(&[7; 32]),
            pages: Signer::open_or_create(&self.folder().join("pages.key")).unwrap(),
            readiness: readiness.clone(),
        };
        let notices = Notices::open(options, parts).await.unwrap();
        let clock: Arc<dyn Clock> = self.clock.clone();
        let issuer = Issuer::open(self.folder(), clock.clone()).unwrap();
        let verifier = Verifier::development(&issuer, &identity::Options::default(), clock.clone()).unwrap();
        let server_options = server::Options {
            listen: SocketAddr::from(([127, 0, 0, 1], free_port().unwrap())),
            admin: None,
            ..server::Options::default()
        };
        let server = Builder::new(server_options, clock)
            .identity(verifier)
            .rules(Notices::rules())
            .descriptors(vigie_proto::DESCRIPTORS)
            .readiness(readiness)
            .bind(notices.add_to(Services::new()))
            .await
            .unwrap();
        let address = server.address();
        let stop = CancellationToken::new();
        tokio::spawn(server.run(stop.clone().cancelled_owned()));
        self.served = Some(Served { notices, address, issuer, _stop: stop.drop_guard() });
    }

    /// Stops the service in order.
    pub(crate) async fn stop(&mut self) {
        let served = self.served.take().expect("it runs");
        served.notices.shutdown(Instant::now() + Duration::from_secs(10)).await;
    }

    /// As a crash does: all that is under way is lost.
    pub(crate) async fn crash(&mut self) {
        let served = self.served.take().expect("it runs");
        served.notices.shutdown(Instant::now()).await;
    }

    pub(crate) fn notices(&self) -> &Notices {
        &self.served.as_ref().expect("it runs").notices
    }

    pub(crate) fn as_bearer(&self, grant: &Grant) -> Client {
        let served = self.served.as_ref().expect("it runs");
        let channel = Endpoint::from_shared(format!("http://{}", served.address)).unwrap().connect_lazy();
        NoticeServiceClient::with_interceptor(channel, Bearer(served.issuer.mint(grant).unwrap()))
    }

    pub(crate) fn operator(&self) -> Client {
        self.as_bearer(&Grant::new("operator-1", &[Role::Operator]))
    }

    pub(crate) fn advisor(&self) -> Client {
        self.as_bearer(&Grant::new("advisor-1", &[Role::Advisor]))
    }

    pub(crate) fn administrator(&self) -> Client {
        self.as_bearer(&administrator())
    }

    /// All notices, newest first, once lists show everything that was recorded.
    pub(crate) async fn listed(&self) -> Vec<Notice> {
        let head = self.log.head().await.unwrap().position;
        soon(self.notices().view_reached(head)).await;
        let request = ListNoticesRequest { page_size: 1000, ..Default::default() };
        self.operator().list_notices(request).await.unwrap().into_inner().notices
    }

    /// Waits until there are so many notices in these states, and nothing else.
    pub(crate) async fn until(&self, wanted: &[(NoticeState, usize)]) -> Vec<Notice> {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let notices = self.listed().await;
            let count =
                |state: NoticeState| notices.iter().filter(|notice| state_of(notice) == state).count();
            let is_so = wanted.iter().all(|(state, number)| count(*state) == *number);
            let total: usize = wanted.iter().map(|(_, number)| number).sum();
            if is_so && notices.len() == total {
                return notices;
            }
            assert!(Instant::now() < end, "not {wanted:?}: {notices:#?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// One notice with recipients and attempts.
    pub(crate) async fn shown(&self, notice_id: &str) -> Notice {
        let request = GetNoticeRequest { notice_id: notice_id.to_owned() };
        self.operator().get_notice(request).await.unwrap().into_inner().notice.unwrap()
    }

    /// Names of a notice's events, in order.
    pub(crate) async fn events_of(&self, notice: &Notice) -> Vec<String> {
        let stream_id: Uuid = notice.notice_id.parse().unwrap();
        let events = self.log.read_stream(stream_id, 0, 500).await.unwrap();
        let name = |event_type: &str| event_type.split('.').nth(2).unwrap().to_owned();
        events.iter().map(|event| name(&event.event_type)).collect()
    }
}

pub(crate) async fn open_log(location: Location, clock: Arc<dyn Clock>) -> EventLog {
    let mut options = vigie_eventlog::Options::new(location);
    options.connections_max = 4;
    EventLog::open(options, clock, Arc::new(SystemIds)).await.unwrap()
}

pub(crate) fn options(places: &Places) -> Options {
    let mut options = Options::new(|name| places.location(name));
    for database in [
        &mut options.view,
        &mut options.directory,
        &mut options.of_lines,
        &mut options.of_routing,
        &mut options.send,
        &mut options.bulk,
        &mut options.report,
    ] {
        database.connections_max = 2;
    }
    options.retry = Retry { min: Duration::from_millis(20), max: Duration::from_millis(80) };
    options.attempt_max = Duration::from_secs(5);
    options.loopback_webhooks = true;
    options
}

pub(crate) fn administrator() -> Grant {
    Grant::new("paul.martin", &[Role::AccountAdministrator]).scope(Scope::account(ACCOUNT))
}

/// The token.
#[derive(Clone)]
pub(crate) struct Bearer(String);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let header = MetadataValue::try_from(format!("Bearer {}", self.0)).unwrap();
        request.metadata_mut().insert("authorization", header);
        Ok(request)
    }
}

pub(crate) fn state_of(notice: &Notice) -> NoticeState {
    let name = notice.state().as_str_name().strip_prefix("NOTICE_STATE_").unwrap();
    NoticeState::parse(name).unwrap()
}

pub(crate) fn fresh() -> String {
    SystemIds.next().to_string()
}

/// The stable reason of a refusal.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Status>) -> &'static str {
    let status = result.expect_err("refused");
    Reason::of(&status).unwrap_or_else(|| panic!("a status without reason: {status:?}")).as_str()
}

/// What must come soon, or never will.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), future).await.expect("comes soon")
}
