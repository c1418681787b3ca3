//! Starts `vigie run` on the real parts or on the embedded default.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use uuid::Uuid;
use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_clock::{Ids, SystemClock, SystemIds};
use vigie_testkit::{Kafka, OsmoHlr, Postgres, Process, Scratch, arm_kill_point, free_port};

use crate::people::{Door, Person};

/// How long a start may take in a debug build on a busy machine.
const START_LIMIT: Duration = Duration::from_secs(60);

/// What stands under Vigie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// PostgreSQL and OsmoHLR.
    Real,
    /// SQLite and the simulated register.
    Embedded,
}

/// The parts that outlive a Vigie process: databases, register, data folder.
pub struct Stage {
    kind: Kind,
    scratch: Scratch,
    database: Option<String>,
    register: Option<Arc<OsmoHlr>>,
    kafka: Option<Kafka>,
    /// Addresses under which Vigie finds the register, when something stands in between.
    register_addresses: Option<(String, String)>,
    account: Uuid,
}

impl Stage {
    /// New databases, a new register, a new data folder.
    pub fn new(kind: Kind) -> Self {
        let database =
            (kind == Kind::Real).then(|| Postgres::shared().unwrap().create_database("acceptance").unwrap());
        let register = (kind == Kind::Real).then(|| Arc::new(OsmoHlr::start().unwrap()));
        Self {
            kind,
            scratch: Scratch::new("vigie").unwrap(),
            database,
            register,
            kafka: None,
            register_addresses: None,
            account: SystemIds.next(),
        }
    }

    /// The same with another PostgreSQL than the shared one: for tests that stop it or stand in between.
    pub fn on_database(mut self, url: String) -> Self {
        self.database = Some(url);
        self
    }

    /// The log is carried to a Kafka of its own; ledger and timelines follow it from there.
    pub fn with_kafka(mut self) -> Self {
        self.kafka = Some(Kafka::start().unwrap());
        self
    }

    /// Vigie finds the register's VTY and CTRL at these addresses.
    pub fn register_at(mut self, vty: String, ctrl: String) -> Self {
        self.register_addresses = Some((vty, ctrl));
        self
    }

    /// What it stands on.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The real register.
    pub fn register(&self) -> &Arc<OsmoHlr> {
        self.register.as_ref().expect("the embedded default has a simulated register")
    }

    /// The broker.
    pub fn kafka(&self) -> &Kafka {
        self.kafka.as_ref().expect("a stage with Kafka")
    }

    /// Whether the log is carried to Kafka.
    pub fn has_kafka(&self) -> bool {
        self.kafka.is_some()
    }

    /// The customer whose lines the test uses.
    pub fn account(&self) -> Uuid {
        self.account
    }

    /// The data folder of replica `number`. Replicas share the development key, so that a token counts at each.
    pub fn data(&self, number: usize) -> PathBuf {
        let data = self.scratch.path().join(format!("data-{number}"));
        if number > 0 && !data.exists() {
            self.issuer();
            std::fs::create_dir(&data).unwrap();
            let key = self.scratch.path().join("data-0/development.key");
            std::fs::copy(key, data.join("development.key")).unwrap();
        }
        data
    }

    /// Starts replica `number`, waits until it is ready.
    pub fn start(&self, number: usize) -> System {
        self.start_with(number, |_| {})
    }

    /// Starts a replica that stands still at a kill point.
    pub fn start_armed(&self, number: usize, kill_point: &str) -> System {
        self.start_with(number, |command| arm_kill_point(command, kill_point))
    }

    /// Starts a replica with changes to its command, waits until it is ready.
    pub fn start_with(&self, number: usize, change: impl FnOnce(&mut Command)) -> System {
        let system = self.launch(number, change);
        system.wait_until_ready();
        system
    }

    /// Starts a replica with changes to its command and does not wait.
    pub fn launch(&self, number: usize, change: impl FnOnce(&mut Command)) -> System {
        let (listen, admin) = (free_port().unwrap(), free_port().unwrap());
        let data = self.data(number);
        let mut command = Command::new(binary());
        command
            .arg("run")
            .env("VIGIE_DATA", &data)
            .env("VIGIE_SERVER__LISTEN", format!("127.0.0.1:{listen}"))
            .env("VIGIE_SERVER__ADMIN", format!("127.0.0.1:{admin}"))
            .env("VIGIE_DEMO__ENABLED", "false")
            .env("VIGIE_TELEMETRY__LOG", "info");
        if let Some(url) = &self.database {
            command.env("VIGIE_STORAGE__POSTGRES__URL", url);
        }
        if let Some(register) = &self.register {
            let own = (register.vty().to_string(), register.ctrl().to_string());
            let (vty, ctrl) = self.register_addresses.clone().unwrap_or(own);
            command
                .env("VIGIE_REGISTER__KIND", "osmo_hlr")
                .env("VIGIE_REGISTER__OSMO_HLR__VTY", vty)
                .env("VIGIE_REGISTER__OSMO_HLR__CTRL", ctrl);
        }
        if let Some(kafka) = &self.kafka {
            publish_on(kafka, &mut command);
        }
        change(&mut command);
        let process = Process::start(&self.scratch, &mut command).unwrap();
        System { process, data, endpoint: format!("http://127.0.0.1:{listen}"), admin, account: self.account }
    }

    /// A development token that counts at every replica, made in this process; before the first start too.
    pub fn mint(&self, grant: &Grant) -> String {
        self.issuer().mint(grant).unwrap()
    }

    /// Whose key is made here if no replica was started yet.
    fn issuer(&self) -> Issuer {
        let data = self.data(0);
        std::fs::create_dir_all(&data).unwrap();
        Issuer::open(&data, Arc::new(SystemClock)).unwrap()
    }

    /// The folder that all replicas' folders are in.
    pub fn scratch(&self) -> &Scratch {
        &self.scratch
    }

    /// PostgreSQL's address, on the real parts.
    pub fn database(&self) -> &str {
        self.database.as_deref().expect("the embedded default has no PostgreSQL")
    }

    /// The command line of the same build with the place of replica `number`'s data, for what works offline.
    pub fn offline(&self, number: usize) -> Command {
        let mut command = Command::new(binary());
        command.env("VIGIE_DATA", self.data(number));
        if let Some(url) = &self.database {
            command.env("VIGIE_STORAGE__POSTGRES__URL", url);
        }
        if let Some(kafka) = &self.kafka {
            publish_on(kafka, &mut command);
        }
        command
    }
}

/// Lets Vigie publish on `kafka`, and notice soon when it is gone.
pub fn publish_on(kafka: &Kafka, command: &mut Command) {
    command
        .env("VIGIE_KAFKA__BROKERS", format!("[\"{}\"]", kafka.bootstrap()))
        .env("VIGIE_KAFKA__REPLICATION_FACTOR", "1")
        .env("VIGIE_KAFKA__DELIVERY_TIMEOUT_MS", "2000")
        .env("VIGIE_KAFKA__TRANSACTION_TIMEOUT_MS", "10000")
        .env("VIGIE_KAFKA__LEASE_TTL_MS", "1000")
        .env("VIGIE_KAFKA__RETRY_MAX_MS", "500");
}

/// A running Vigie.
pub struct System {
    process: Process,
    data: PathBuf,
    endpoint: String,
    admin: u16,
    account: Uuid,
}

impl System {
    /// A process of another of the build's binaries.
    pub(crate) fn of(process: Process, data: PathBuf, listen: u16, admin: u16, account: Uuid) -> Self {
        Self { process, data, endpoint: format!("http://127.0.0.1:{listen}"), admin, account }
    }

    /// Where it serves gRPC.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The process.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// A development token for `person`.
    pub fn token(&self, person: &Person) -> String {
        let mut command = Command::new(binary());
        command.arg("--data").arg(&self.data).args(["token", "--subject", &person.subject]);
        for role in &person.roles {
            command.args(["--role", role]);
        }
        for account in &person.accounts {
            command.args(["--account", &account.to_string()]);
        }
        if person.step_up {
            command.arg("--step-up");
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// A door for `person`.
    pub async fn door(&self, person: &Person) -> Door {
        Door::open(&self.endpoint, &self.token(person)).await
    }

    /// A door for the fleet manager of the stage's account.
    pub async fn manager(&self) -> Door {
        self.door(&Person::manager(self.account)).await
    }

    /// The command line of the same build, with this system's endpoint and data folder.
    pub fn command(&self) -> Command {
        let mut command = Command::new(binary());
        command.env("VIGIE_ENDPOINT", &self.endpoint).env("VIGIE_DATA", &self.data);
        command
    }

    /// Where metrics and health are served.
    pub fn admin(&self) -> std::net::SocketAddr {
        ([127, 0, 0, 1], self.admin).into()
    }

    /// The Prometheus text.
    pub fn metrics(&self) -> String {
        http_get(self.admin, "/metrics").unwrap_or_default().1
    }

    /// Whether `/readyz` says yes.
    pub fn is_ready(&self) -> bool {
        self.readiness().is_some_and(|(is_ready, _)| is_ready)
    }

    /// What `/readyz` says: yes or no, and why; none where nobody answers.
    pub fn readiness(&self) -> Option<(bool, String)> {
        http_get(self.admin, "/readyz").map(|(status, why)| (status == 200, why))
    }

    /// A metric's value over all its labels.
    pub fn sum(&self, name: &str) -> f64 {
        let metrics = self.metrics();
        let samples = metrics.lines().filter(|line| line.starts_with(name));
        samples.filter_map(|sample| sample.rsplit(' ').next()?.parse::<f64>().ok()).sum()
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Waits until `/readyz` says yes.
    pub fn wait_until_ready(&self) {
        let start = Instant::now();
        while !self.is_ready() {
            let said = || self.process.lines();
            assert!(self.process.is_running(), "vigie ended: {:#?}", said());
            assert!(start.elapsed() < START_LIMIT, "vigie is not ready: {:#?}", said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// The command line under test, without any place of its own.
pub fn vigie() -> Command {
    Command::new(binary())
}

/// Another binary of the same build.
pub(crate) fn built(name: &str) -> PathBuf {
    binary().with_file_name(name)
}

/// The binary under test: `VIGIE_TEST_BINARY`, else the debug build beside the tests.
fn binary() -> &'static PathBuf {
    static BINARY: LazyLock<PathBuf> = LazyLock::new(|| {
        if let Some(path) = std::env::var_os("VIGIE_TEST_BINARY") {
            return path.into();
        }
        let tests = std::env::current_exe().unwrap();
        let built = tests.parent().and_then(|deps| deps.parent()).unwrap().join("vigie");
        assert!(
            built.exists(),
            "build it first: cargo build -p vigie --features kill-points (`make test` does)"
        );
        built
    });
    &BINARY
}

/// Status and body.
fn http_get(port: u16, path: &str) -> Option<(u16, String)> {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: vigie\r\nConnection: close\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let status = text.split_whitespace().nth(1)?.parse().ok()?;
    let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned())?;
    Some((status, body))
}
