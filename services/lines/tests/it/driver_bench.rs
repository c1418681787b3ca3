//! A log, a simulated register and the driver between them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use parking_lot::Mutex;
use tempfile::TempDir;
use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::{Context, SystemClock, SystemIds};
use vigie_eventlog::{
    Aggregates, Database, DatabaseOptions, EventLog, LeaseOp, Location, Options as LogOptions, Order,
};
use vigie_lines::domain::{Authority, Command, Iccid, Imsi, Line, Msisdn, NewLine, Reason, Role, Sim};
use vigie_lines::register::{
    BoxError, Candidate, Candidates, Driver, DriverOptions, Handle, MIGRATION, Register, Simulated,
    SimulatedOptions, Waiting,
};

pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// Times so short that a test sees everything in seconds.
pub(crate) fn quick() -> DriverOptions {
    DriverOptions {
        call_timeout_ms: 200,
        retry_max_ms: 300,
        refused_retry_max_ms: 300,
        scan_every_ms: 200,
        watch_for_ms: 3_000,
        ..DriverOptions::default()
    }
}

pub(crate) fn register(latency_max_ms: u64) -> Simulated {
    let options = SimulatedOptions {
        call_timeout_ms: 200,
        latency_max_ms,
        knows_every_sim: false,
        ..SimulatedOptions::default()
    };
    Simulated::open(options).unwrap()
}

/// One replica: its own log, database and driver.
pub(crate) struct Replica {
    pub(crate) aggregates: Aggregates<Line>,
    pub(crate) database: Database,
    pub(crate) driver: Handle,
    pub(crate) register: Simulated,
    lines: Arc<Mutex<BTreeSet<Uuid>>>,
}

/// A folder that lasts as long as its SQLite files are used.
pub(crate) struct Bench {
    pub(crate) replica: Replica,
    _folder: TempDir,
}

impl std::ops::Deref for Bench {
    type Target = Replica;

    fn deref(&self) -> &Replica {
        &self.replica
    }
}

impl Bench {
    /// One replica on SQLite.
    pub(crate) async fn start(register: Simulated, options: DriverOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = Location::Sqlite(folder.path().join("lines.db"));
        let watch = Location::Sqlite(folder.path().join("watch.db"));
        let replica = Replica::start(log, watch, register, options, Arc::default()).await;
        Self { replica, _folder: folder }
    }

    /// One replica on SQLite, in front of a register of another kind; the simulated one is out of the game.
    pub(crate) async fn on(register: Arc<dyn Register>, options: DriverOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = Location::Sqlite(folder.path().join("lines.db"));
        let watch = Location::Sqlite(folder.path().join("watch.db"));
        let unused = Simulated::open(SimulatedOptions::default()).unwrap();
        let replica = Replica::start_on(log, watch, register, unused, options, Arc::default()).await;
        Self { replica, _folder: folder }
    }

    /// With no more than a register and the quick options.
    pub(crate) async fn simple() -> Self {
        Self::start(register(0), quick()).await
    }
}

impl Replica {
    pub(crate) async fn start(
        log: Location,
        watch: Location,
        register: Simulated,
        options: DriverOptions,
        lines: Arc<Mutex<BTreeSet<Uuid>>>,
    ) -> Self {
        Self::start_on(log, watch, Arc::new(register.clone()), register, options, lines).await
    }

    async fn start_on(
        log: Location,
        watch: Location,
        driven: Arc<dyn Register>,
        register: Simulated,
        options: DriverOptions,
        lines: Arc<Mutex<BTreeSet<Uuid>>>,
    ) -> Self {
        let schema = match &watch {
            Location::Postgres { schema, .. } => Some(schema.clone()),
            Location::Sqlite(_) => None,
        };
        let database = Database::open(&DatabaseOptions::new(watch)).await.unwrap();
        database.migrate(&[MIGRATION], schema.as_deref()).await.unwrap();
        let log =
            EventLog::open(LogOptions::new(log), Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap();
        let aggregates = Aggregates::new(log);
        let candidates = Arc::new(View { aggregates: aggregates.clone(), lines: Arc::clone(&lines) });
        let driver = Driver::start(aggregates.clone(), driven, candidates, database.clone(), options);
        Self { aggregates, database, driver, register, lines }
    }

    /// Another replica on the same PostgreSQL and the same register.
    pub(crate) async fn another(&self, log: Location, watch: Location, options: DriverOptions) -> Self {
        Self::start(log, watch, self.register.clone(), options, Arc::clone(&self.lines)).await
    }

    /// A line that both the log and the register know.
    pub(crate) async fn line(&self, number: u64) -> Uuid {
        self.register.provision(&imsi(number), Some(&msisdn(number))).unwrap();
        self.line_of_log(number).await
    }

    /// A line that only the log knows.
    pub(crate) async fn line_of_log(&self, number: u64) -> Uuid {
        let line_id = Uuid::from_u128(u128::from(number) + 0x1000);
        let new = NewLine {
            line_id,
            account_id: Uuid::from_u128(0xacc),
            msisdn: Msisdn::parse(&msisdn(number)).unwrap(),
            sim: sim(number),
            account_holder: "Exemple SAS".to_owned(),
            user_id: Some(format!("user-{number}")),
            cost_centre: None,
            site: None,
            external_identifiers: Vec::new(),
            imei: None,
            twin_of: None,
        };
        self.execute(line_id, Command::Register(Box::new(new)), LeaseOp::None).await;
        self.lines.lock().insert(line_id);
        line_id
    }

    async fn execute(
        &self,
        line_id: Uuid,
        command: Command,
        lease: LeaseOp,
    ) -> (Option<Line>, Option<vigie_eventlog::Lease>) {
        let log = self.aggregates.log();
        let context = Context::system("test", log.clock().now(), log.ids().next());
        let order = Order { urgent: command.is_urgent(), lease, ..Order::new(line_id, command, context) };
        let outcome = self.aggregates.execute(order).await.unwrap();
        (outcome.state.as_ref().clone(), outcome.lease)
    }

    /// Commits the command as a gesture does, with the lease, and nudges the driver; the intent to wait for.
    pub(crate) async fn command(&self, line_id: Uuid, command: Command) -> u64 {
        let urgent = command.is_urgent();
        let take = LeaseOp::Take { holder: self.driver.holder(), ttl: self.driver.lease_ttl() };
        let (line, lease) = self.execute(line_id, command, take).await;
        self.driver.drive(line_id, urgent, lease);
        line.unwrap().intent().unwrap().sequence
    }

    /// The same without a nudge: the process died just after its commit, or the queue was full.
    pub(crate) async fn command_without_nudge(&self, line_id: Uuid, command: Command) -> u64 {
        self.execute(line_id, command, LeaseOp::None).await.0.unwrap().intent().unwrap().sequence
    }

    pub(crate) async fn suspend(&self, line_id: Uuid, reason: Reason) -> u64 {
        self.command(line_id, suspend(reason)).await
    }

    pub(crate) async fn reinstate(&self, line_id: Uuid, reason: Reason) -> u64 {
        self.command(line_id, reinstate(reason)).await
    }

    /// Suspended, and confirmed to be.
    pub(crate) async fn suspended_line(&self, number: u64) -> Uuid {
        let line_id = self.line(number).await;
        let sequence = self.suspend(line_id, Reason::Loss).await;
        assert!(self.confirmed_within(line_id, sequence, 5 * SECOND).await);
        line_id
    }

    pub(crate) async fn confirmed_within(&self, line_id: Uuid, sequence: u64, limit: Duration) -> bool {
        self.driver.confirmed(line_id, sequence, Instant::now() + limit).await
    }

    pub(crate) async fn state(&self, line_id: Uuid) -> Line {
        self.aggregates.load(line_id).await.unwrap().0.as_ref().clone().unwrap()
    }

    /// Short names of the line's events, with how often each stands there.
    pub(crate) async fn events(&self, line_id: Uuid) -> BTreeMap<String, usize> {
        let mut names = BTreeMap::new();
        for event in self.aggregates.log().read_stream(line_id, 0, 1000).await.unwrap() {
            let name = event.event_type.trim_start_matches("vigie.line.").trim_end_matches(".v1").to_owned();
            *names.entry(name).or_default() += 1;
        }
        names
    }

    /// The payload of the line's latest event of that name.
    pub(crate) async fn latest(&self, line_id: Uuid, name: &str) -> serde_json::Value {
        let events = self.aggregates.log().read_stream(line_id, 0, 1000).await.unwrap();
        let event = events.iter().rfind(|event| event.event_type == format!("vigie.line.{name}.v1")).unwrap();
        serde_json::from_slice(&event.payload).unwrap()
    }

    /// Whether the register lets nobody use SIM `number`.
    pub(crate) fn is_barred(&self, number: u64) -> bool {
        self.register.look(&imsi(number)).unwrap().domains.is_barred()
    }

    /// Causes of the watches on record.
    pub(crate) async fn watches(&self) -> BTreeMap<Uuid, String> {
        let rows = self.database.query("SELECT line_id, cause FROM register_watch", &[]).await.unwrap();
        rows.iter().map(|row| (row.uuid(0).unwrap(), row.text(1).unwrap())).collect()
    }
}

/// Waits until something is so; how long that took.
pub(crate) async fn until(what: &str, limit: Duration, mut is_so: impl AsyncFnMut() -> bool) -> Duration {
    let began = Instant::now();
    while !is_so().await {
        assert!(began.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    began.elapsed()
}

pub(crate) fn imsi(number: u64) -> String {
    format!("{}", 208_010_000_000_000_u64 + number)
}

pub(crate) fn msisdn(number: u64) -> String {
    format!("+{}", 33_600_000_000_u64 + number)
}

pub(crate) fn sim(number: u64) -> Sim {
    Sim {
        imsi: Imsi::parse(&imsi(number)).unwrap(),
        iccid: Iccid::with_check_digit(&format!("{}", 893_301_000_000_000_000_u64 + number)).unwrap(),
        eid: None,
    }
}

/// May do everything.
pub(crate) fn manager() -> Authority {
    Authority {
        user_id: "manager".to_owned(),
        roles: [Role::Manager, Role::BillingClerk].into_iter().collect(),
        is_line_user: false,
        step_up: true,
        asked_from_this_line: false,
    }
}

pub(crate) fn suspend(reason: Reason) -> Command {
    Command::Suspend { reason, by: manager(), on_behalf: None }
}

pub(crate) fn reinstate(reason: Reason) -> Command {
    Command::Reinstate { reason, by: manager(), on_behalf: None, handset_recovery: None }
}

/// The view, as true as the log.
struct View {
    aggregates: Aggregates<Line>,
    lines: Arc<Mutex<BTreeSet<Uuid>>>,
}

impl View {
    async fn after(&self, after: Option<Uuid>) -> Vec<Line> {
        let ids: Vec<_> =
            self.lines.lock().iter().copied().filter(|id| after.is_none_or(|after| *id > after)).collect();
        let mut lines = Vec::new();
        for id in ids {
            if let Ok((state, _)) = self.aggregates.load(id).await {
                lines.extend(state.as_ref().clone());
            }
        }
        lines
    }
}

#[async_trait]
impl Candidates for View {
    async fn unconfirmed(&self, after: Option<Waiting>, limit: usize) -> Result<Vec<Waiting>, BoxError> {
        let waiting = |line: &Line| Some(Waiting { since: line.waiting_since()?, line_id: line.line_id() });
        let mut waiting: Vec<_> = self.after(None).await.iter().filter_map(waiting).collect();
        waiting.sort();
        Ok(waiting.into_iter().filter(|line| Some(*line) > after).take(limit).collect())
    }

    async fn lines(&self, after: Option<Uuid>, limit: usize) -> Result<Vec<Candidate>, BoxError> {
        let lines = self.after(after).await;
        let candidate = |line: &Line| Candidate {
            line_id: line.line_id(),
            imsi: line.imsi().known().unwrap().as_str().to_owned(),
            msisdn: line.msisdn().known().unwrap().as_str().to_owned(),
            barred: line.must_be_barred(),
            confirmed: !line.is_unconfirmed(),
            in_drift: line.drift().is_some(),
            retired_imsis: line.retired_imsis().map(|imsi| imsi.as_str().to_owned()).collect(),
        };
        Ok(lines.iter().take(limit).map(candidate).collect())
    }

    async fn count(&self) -> Result<u64, BoxError> {
        Ok(self.lines.lock().len() as u64)
    }
}
