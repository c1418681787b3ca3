//! A running service with a simulated register, and people who call it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
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
use vigie_clock::{Clock, SystemClock, SystemIds, Timestamp};
use vigie_eventlog::backup::restore;
use vigie_eventlog::{EventLog, Location};
use vigie_lines::block_list;
use vigie_lines::domain::{Iccid, Imei};
use vigie_lines::register::{Simulated, SimulatedOptions};
use vigie_lines::{Lines, Options, Parts, start_view_over};
use vigie_proto::lines::line_service_client::LineServiceClient;
use vigie_proto::lines::register_service_client::RegisterServiceClient;
use vigie_proto::lines::*;
use vigie_testkit::{Postgres, free_port};

pub(crate) const ACCOUNT: Uuid = Uuid::from_u128(0xacc0);
pub(crate) const OTHER_ACCOUNT: Uuid = Uuid::from_u128(0xacc1);

/// Who holds the phones of `ACCOUNT`.
pub(crate) const USER: &str = "marie.durand";
/// Who manages `ACCOUNT`, also by phone.
pub(crate) const MANAGER: &str = "paul.martin";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

pub(crate) type Client = LineServiceClient<InterceptedService<Channel, Bearer>>;

/// Where a house keeps what outlives a process.
struct Kept {
    log_at: Location,
    view_at: Location,
    folder: tempfile::TempDir,
    clock: Arc<AheadClock>,
    register: Simulated,
    block_list: block_list::Simulated,
}

pub(crate) struct House {
    pub(crate) lines: Lines,
    pub(crate) log: EventLog,
    pub(crate) register: Simulated,
    pub(crate) block_list: block_list::Simulated,
    pub(crate) readiness: Readiness,
    address: SocketAddr,
    issuer: Issuer,
    kept: Kept,
    stop: DropGuard,
    serving: JoinHandle<Result<(), server::Error>>,
}

/// The system's clock, put forward by so many microseconds.
#[derive(Debug, Default)]
struct AheadClock(AtomicI64);

impl Clock for AheadClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(SystemClock.now().as_micros() + self.0.load(Ordering::SeqCst))
    }
}

impl House {
    pub(crate) async fn open(engine: Engine) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (log_at, view_at) = match engine {
            Engine::Sqlite => (
                Location::Sqlite(folder.path().join("log.db")),
                Location::Sqlite(folder.path().join("view.db")),
            ),
            Engine::Postgres => {
                let create = || Postgres::shared().unwrap().create_database("lines").unwrap();
                let url = tokio::task::spawn_blocking(create).await.unwrap();
                let schema =
                    |schema: &str| Location::Postgres { url: url.clone(), schema: schema.to_owned() };
                (schema("log"), schema("lines"))
            }
        };
        let register = Simulated::open(SimulatedOptions {
            call_timeout_ms: 200,
            knows_every_sim: false,
            ..SimulatedOptions::default()
        });
        let block_list = block_list::Simulated::open(block_list::SimulatedOptions {
            call_timeout_ms: 200,
            ..block_list::SimulatedOptions::default()
        });
        let (register, block_list) = (register.unwrap(), block_list.unwrap());
        let clock = Arc::new(AheadClock::default());
        Self::start(Kept { log_at, view_at, folder, clock, register, block_list }).await
    }

    /// The process ends, another one starts.
    pub(crate) async fn restarted(self) -> Self {
        Self::start(self.stopped().await).await
    }

    /// The process dies in the middle of whatever it is at, another one starts.
    pub(crate) async fn crashed(self) -> Self {
        Self::start(self.killed().await).await
    }

    /// The same with another block list.
    pub(crate) async fn with_block_list(mut self, options: block_list::SimulatedOptions) -> Self {
        self.kept.block_list = block_list::Simulated::open(options).unwrap();
        self.restarted().await
    }

    /// A backup of the log, in the house's folder.
    pub(crate) async fn backup(&self) -> PathBuf {
        let (pieces, mut taken) = mpsc::channel(4);
        let mut bytes = Vec::new();
        let (backed_up, ()) = tokio::join!(self.log.backup(pieces), async {
            while let Some(piece) = taken.recv().await {
                bytes.extend(piece.bytes);
            }
        });
        backed_up.unwrap();
        let file = self.kept.folder.path().join("backup");
        std::fs::write(&file, bytes).unwrap();
        file
    }

    /// The process ends, the log is restored into another file, the view starts over as the command line has it, and another
    /// process starts.
    pub(crate) async fn restored(self, backup: &Path) -> Self {
        let mut kept = self.stopped().await;
        kept.log_at = Location::Sqlite(kept.folder.path().join("restored.db"));
        let options = || vigie_eventlog::Options::new(kept.log_at.clone());
        let (clock, ids): (Arc<dyn Clock>, _) = (kept.clock.clone(), Arc::new(SystemIds));
        restore(backup, options(), clock.clone(), ids.clone(), |_| {}).await.unwrap();
        let log = EventLog::open(options(), clock, ids).await.unwrap();
        let started_over = start_view_over(&Options::new(kept.view_at.clone()), &log).await.unwrap();
        assert!(started_over.log_was_restored);
        log.close(tokio::time::Instant::now() + Duration::from_secs(10)).await;
        drop(log);
        Self::start(kept).await
    }

    /// What outlives a process that ended.
    async fn stopped(self) -> Kept {
        self.lines.shutdown(tokio::time::Instant::now() + Duration::from_secs(10)).await;
        self.killed().await
    }

    /// What outlives a process that died.
    async fn killed(self) -> Kept {
        let Self { lines, log, kept, stop, serving, .. } = self;
        drop((stop, lines));
        // What it serves holds on to the log.
        let _ = soon(serving).await;
        log.close(tokio::time::Instant::now() + Duration::from_secs(10)).await;
        kept
    }

    async fn start(kept: Kept) -> Self {
        let clock: Arc<dyn Clock> = kept.clock.clone();
        let folder = &kept.folder;
        let mut log_options = vigie_eventlog::Options::new(kept.log_at.clone());
        log_options.connections_max = 4;
        let log = EventLog::open(log_options, clock.clone(), Arc::new(SystemIds)).await.unwrap();
        let Kept { register, block_list, .. } = &kept;

        let mut options = Options::new(kept.view_at.clone());
        options.view.connections_max = 4;
        options.managers = [(ACCOUNT, [MANAGER.to_owned()].into())].into();
        options.driver.call_timeout_ms = 200;
        options.driver.retry_max_ms = 200;
        options.driver.scan_every_ms = 200;
        options.block_sweep_every = Duration::from_millis(500);
        let readiness = Readiness::new();
        let parts = Parts {
            log: log.clone(),
            register: Arc::new(register.clone()),
            block_list: Arc::new(block_list.clone()),
            pages: Signer::open_or_create(&folder.path().join("pages.key")).unwrap(),
            readiness: readiness.clone(),
        };
        let lines = Lines::open(options, parts).await.unwrap();

        let issuer = Issuer::open(folder.path(), clock.clone()).unwrap();
        let verifier = Verifier::development(&issuer, &identity::Options::default(), clock.clone()).unwrap();
        let server_options = server::Options {
            listen: SocketAddr::from(([127, 0, 0, 1], free_port().unwrap())),
            admin: None,
            ..server::Options::default()
        };
        let server = Builder::new(server_options, clock)
            .identity(verifier)
            .rules(Lines::rules())
            .descriptors(vigie_proto::DESCRIPTORS)
            .readiness(readiness.clone())
            .bind(lines.add_to(Services::new()))
            .await
            .unwrap();
        let address = server.address();
        let stop = CancellationToken::new();
        let serving = tokio::spawn(server.run(stop.clone().cancelled_owned()));
        Self {
            lines,
            log,
            register: register.clone(),
            block_list: block_list.clone(),
            readiness,
            address,
            issuer,
            kept,
            stop: stop.drop_guard(),
            serving,
        }
    }

    /// What the house's clock shows.
    pub(crate) fn now(&self) -> Timestamp {
        self.kept.clock.now()
    }

    /// Time passes for everybody in the house.
    pub(crate) fn pass(&self, time: Duration) {
        self.kept.clock.0.fetch_add(i64::try_from(time.as_micros()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn as_bearer(&self, grant: &Grant) -> Client {
        self.with_token(&self.issuer.mint(grant).unwrap())
    }

    pub(crate) fn with_token(&self, token: &str) -> Client {
        let bearer = Bearer { token: token.to_owned(), asked_from: None };
        LineServiceClient::with_interceptor(self.channel(), bearer)
    }

    /// As somebody who calls over the line `number`.
    pub(crate) fn calling_from(&self, grant: &Grant, number: &str) -> Client {
        let bearer = Bearer { token: self.issuer.mint(grant).unwrap(), asked_from: Some(number.to_owned()) };
        LineServiceClient::with_interceptor(self.channel(), bearer)
    }

    pub(crate) fn user(&self) -> Client {
        self.as_bearer(&user())
    }

    pub(crate) fn manager(&self) -> Client {
        self.as_bearer(&manager())
    }

    pub(crate) fn stepped_up_manager(&self) -> Client {
        self.as_bearer(&manager().with_step_up())
    }

    pub(crate) fn clerk(&self) -> Client {
        self.as_bearer(&Grant::new("clerk-1", &[Role::BillingClerk]))
    }

    pub(crate) fn crm(&self) -> Client {
        self.as_bearer(&crm())
    }

    pub(crate) fn operator(&self) -> Client {
        self.as_bearer(&Grant::new("operator-1", &[Role::Operator]))
    }

    pub(crate) fn register_service(
        &self,
        grant: &Grant,
    ) -> RegisterServiceClient<InterceptedService<Channel, Bearer>> {
        let bearer = Bearer { token: self.issuer.mint(grant).unwrap(), asked_from: None };
        RegisterServiceClient::with_interceptor(self.channel(), bearer)
    }

    fn channel(&self) -> Channel {
        Endpoint::from_shared(format!("http://{}", self.address)).unwrap().connect_lazy()
    }

    /// Registers line `number` of the account and makes the register know it.
    pub(crate) async fn a_line(&self, number: u64) -> Line {
        self.a_line_of(entry(number)).await
    }

    pub(crate) async fn a_line_of(&self, entry: LineEntry) -> Line {
        self.register.provision(&entry.imsi, Some(&entry.msisdn)).unwrap();
        let request = RegisterLineRequest { request_id: fresh(), line: Some(entry) };
        self.crm().register_line(request).await.unwrap().into_inner().line.unwrap()
    }

    /// Whether the register bars the SIM.
    pub(crate) fn is_barred(&self, imsi: &str) -> bool {
        self.register.look(imsi).unwrap().domains.is_barred()
    }

    /// Whether the block list shows the handset.
    pub(crate) fn is_blocked(&self, imei: &str) -> bool {
        self.block_list.look(&Imei::parse(imei).unwrap())
    }

    /// Waits until lists show everything that was recorded.
    pub(crate) async fn listed(&self) {
        let head = self.log.head().await.unwrap().position;
        soon(self.lines.view_reached(head)).await;
    }
}

pub(crate) fn user() -> Grant {
    Grant::new(USER, &[Role::EndUser]).scope(Scope::account(ACCOUNT))
}

pub(crate) fn manager() -> Grant {
    Grant::new(MANAGER, &[Role::FleetManager]).scope(Scope::account(ACCOUNT))
}

pub(crate) fn advisor() -> Grant {
    Grant::new("advisor-1", &[Role::Advisor])
}

pub(crate) fn crm() -> Grant {
    Grant::new("crm", &[Role::Integration])
        .scope(Scope::account(ACCOUNT))
        .scope(Scope::account(OTHER_ACCOUNT))
}

/// The token, and whence the call comes.
#[derive(Clone)]
pub(crate) struct Bearer {
    token: String,
    asked_from: Option<String>,
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let header = MetadataValue::try_from(format!("Bearer {}", self.token)).unwrap();
        request.metadata_mut().insert("authorization", header);
        if let Some(number) = &self.asked_from {
            request
                .metadata_mut()
                .insert("vigie-asked-from", MetadataValue::try_from(number.as_str()).unwrap());
        }
        Ok(request)
    }
}

pub(crate) fn entry(number: u64) -> LineEntry {
    LineEntry {
        account_id: ACCOUNT.to_string(),
        msisdn: format!("+336{number:08}"),
        imsi: imsi(number),
        iccid: iccid(number),
        account_holder: "Exemple SAS".to_owned(),
        user_id: USER.to_owned(),
        cost_centre: "Ventes".to_owned(),
        site: "73282932000074".to_owned(),
        external_identifiers: vec![ExternalIdentifier {
            owner: "crm".to_owned(),
            r#type: "subscription".to_owned(),
            id: format!("S-{number}"),
        }],
        ..Default::default()
    }
}

pub(crate) fn imsi(number: u64) -> String {
    format!("{}", 208_010_000_000_000_u64 + number)
}

pub(crate) fn iccid(number: u64) -> String {
    let body = format!("{}", 893_301_000_000_000_000_u64 + number);
    Iccid::with_check_digit(&body).unwrap().as_str().to_owned()
}

pub(crate) fn fresh() -> String {
    use vigie_clock::Ids;
    SystemIds.next().to_string()
}

pub(crate) fn by_id(line: &Line) -> Option<LineRef> {
    Some(LineRef { line: Some(line_ref::Line::LineId(line.line_id.clone())) })
}

pub(crate) fn by_number(line: &Line) -> Option<LineRef> {
    Some(LineRef { line: Some(line_ref::Line::Msisdn(line.msisdn.clone())) })
}

pub(crate) fn suspend(line: &Line, reason: SuspensionReason) -> SuspendLineRequest {
    SuspendLineRequest {
        request_id: fresh(),
        line: by_id(line),
        reason: reason.into(),
        on_behalf: None,
        ..Default::default()
    }
}

pub(crate) fn reinstate(line: &Line, reason: SuspensionReason) -> ReinstateLineRequest {
    ReinstateLineRequest {
        request_id: fresh(),
        line: by_id(line),
        reason: reason.into(),
        on_behalf: None,
        handset_recovery: None,
        ..Default::default()
    }
}

/// The stable reason of a refusal.
#[track_caller]
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Status>) -> &'static str {
    let status = result.expect_err("refused");
    Reason::of(&status).unwrap_or_else(|| panic!("a status without reason: {status:?}")).as_str()
}

/// What must come soon, or never will.
pub(crate) async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future).await.expect("comes soon")
}

/// Asks until it holds.
pub(crate) async fn until<F: Future<Output = bool>>(mut holds: impl FnMut() -> F) {
    soon(async {
        while !holds().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await;
}
