//! Vigie as others meet it: the binary built beside this one, its command line and its doors.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};
use uuid::Uuid;
use vigie_proto::lines::line_service_client::LineServiceClient;
use vigie_testkit::{OsmoHlr, Process, Scratch, free_port};

use crate::harness::{blocking, text};

const START_MAX: Duration = Duration::from_secs(60);
const STOP_MAX: Duration = Duration::from_secs(30);

/// What Vigie stands on; by default nothing but a data folder.
#[derive(Clone, Default)]
pub struct Setup {
    /// PostgreSQL instead of SQLite.
    pub postgres: Option<String>,
    /// A real register instead of the simulated one.
    pub register: Option<Arc<OsmoHlr>>,
    /// Apache Kafka; takes a `vigie` that was built for it.
    pub brokers: Option<String>,
    /// An OTLP collector that every trace goes to.
    pub collector: Option<SocketAddr>,
    /// Whether the first start fills itself with demo data.
    pub demo: bool,
}

/// Who calls.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    pub subject: &'a str,
    pub roles: &'a [&'a str],
    pub account: Option<Uuid>,
    pub step_up: bool,
}

impl<'a> Person<'a> {
    /// Staff of the operator.
    pub const fn staff(role: &'a [&'a str]) -> Self {
        Self { subject: "staff", roles: role, account: None, step_up: false }
    }

    /// Who manages the fleet of an account, just stepped up.
    pub const fn manager(account: Uuid) -> Self {
        Self { subject: "manager", roles: &["fleet_manager"], account: Some(account), step_up: true }
    }
}

/// A running Vigie.
pub struct Vigie {
    process: Process,
    data: PathBuf,
    listen: u16,
    admin: u16,
}

impl Vigie {
    /// `vigie run` with its data in `scratch`, from its process' beginning; nothing is awaited.
    pub fn launch(scratch: &Scratch, setup: &Setup) -> Result<Self, String> {
        let (listen, admin) = (free_port().map_err(text)?, free_port().map_err(text)?);
        let data = scratch.path().join("vigie");
        let mut command = Command::new(binary()?);
        command
            .arg("run")
            .env("VIGIE_DATA", &data)
            .env("VIGIE_SERVER__LISTEN", format!("127.0.0.1:{listen}"))
            .env("VIGIE_SERVER__ADMIN", format!("127.0.0.1:{admin}"))
            .env("VIGIE_DEMO__ENABLED", setup.demo.to_string());
        if let Some(url) = &setup.postgres {
            command.env("VIGIE_STORAGE__POSTGRES__URL", url);
        }
        if let Some(register) = &setup.register {
            command
                .env("VIGIE_REGISTER__KIND", "osmo_hlr")
                .env("VIGIE_REGISTER__OSMO_HLR__VTY", register.vty().to_string())
                .env("VIGIE_REGISTER__OSMO_HLR__CTRL", register.ctrl().to_string());
        }
        if let Some(brokers) = &setup.brokers {
            command
                .env("VIGIE_KAFKA__BROKERS", format!("[\"{brokers}\"]"))
                .env("VIGIE_KAFKA__REPLICATION_FACTOR", "1")
                .env("VIGIE_KAFKA__DELIVERY_TIMEOUT_MS", "2000")
                .env("VIGIE_KAFKA__TRANSACTION_TIMEOUT_MS", "10000");
        }
        if let Some(collector) = setup.collector {
            command
                .env("VIGIE_TELEMETRY__OTLP_ENDPOINT", format!("http://{collector}"))
                .env("VIGIE_TELEMETRY__SAMPLE_RATIO", "1.0");
        }
        let process = Process::start(scratch, &mut command).map_err(text)?;
        Ok(Self { process, data, listen, admin })
    }

    /// The same, once it is ready.
    pub async fn start(scratch: &Scratch, setup: &Setup) -> Result<Self, String> {
        let vigie = Self::launch(scratch, setup)?;
        let start = Instant::now();
        while vigie.get("/readyz").await.is_none_or(|(status, _)| status != 200) {
            vigie.still_starts(start)?;
            sleep(Duration::from_millis(20)).await;
        }
        Ok(vigie)
    }

    /// Waits until its door takes connections.
    pub async fn listens(&self) -> Result<(), String> {
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", self.listen)).await.is_err() {
            self.still_starts(start)?;
            sleep(Duration::from_micros(500)).await;
        }
        Ok(())
    }

    fn still_starts(&self, start: Instant) -> Result<(), String> {
        if self.process.is_running() && start.elapsed() < START_MAX {
            return Ok(());
        }
        let said: Vec<_> = self.process.lines().into_iter().map(|line| line.text).collect();
        Err(format!("vigie did not start; it said:\n{}", said.join("\n")))
    }

    /// SIGTERM, and its end.
    pub async fn stop(self) -> Result<(), String> {
        blocking(move || self.process.terminate(STOP_MAX)).await.map(drop)
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    pub fn data(&self) -> &PathBuf {
        &self.data
    }

    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.listen)
    }

    /// A development token.
    pub async fn token(&self, person: Person<'_>) -> Result<String, String> {
        let mut command = Command::new(binary()?);
        command.arg("--data").arg(&self.data).args(["token", "--subject", person.subject]);
        for role in person.roles {
            command.args(["--role", role]);
        }
        if let Some(account) = person.account {
            command.args(["--account", &account.to_string()]);
        }
        if person.step_up {
            command.arg("--step-up");
        }
        let output = blocking(move || command.output()).await?;
        if !output.status.success() {
            return Err(format!("no token: {}", String::from_utf8_lossy(&output.stderr)));
        }
        String::from_utf8(output.stdout).map(|token| token.trim().to_owned()).map_err(text)
    }

    /// The lines, for `person`, over a connection of their own.
    pub async fn lines(&self, person: Person<'_>) -> Result<Lines, String> {
        lines(connect(&self.endpoint()).await?, &self.token(person).await?)
    }

    /// Acts that the register has confirmed since the start, as its metrics count them.
    pub async fn confirmed_acts(&self) -> Result<u64, String> {
        let (_, metrics) = self.get("/metrics").await.ok_or("vigie gives no metrics")?;
        let counts = metrics.lines().filter_map(|line| {
            let (series, value) = line.rsplit_once(' ')?;
            let name = series.split('{').next()?;
            let is_count = name.starts_with("vigie_suspend_confirmed_duration") && name.ends_with("_count");
            is_count.then(|| value.parse::<f64>().ok())?
        });
        // A count: whole, and far below 2^53.
        Ok(counts.sum::<f64>() as u64)
    }

    async fn get(&self, path: &str) -> Option<(u16, String)> {
        timeout(Duration::from_secs(5), http_get(self.admin, path)).await.ok()?
    }
}

/// A client of `vigie.lines.v1.LineService` with a token.
pub type Lines = LineServiceClient<InterceptedService<Channel, Bearer>>;

/// A token that goes with every call.
#[derive(Clone)]
pub struct Bearer(MetadataValue<Ascii>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

/// One HTTP/2 connection.
pub async fn connect(endpoint: &str) -> Result<Channel, String> {
    let endpoint = Endpoint::from_shared(endpoint.to_owned()).map_err(text)?;
    endpoint.tcp_nodelay(true).connect().await.map_err(text)
}

/// A client on a connection.
pub fn lines(channel: Channel, token: &str) -> Result<Lines, String> {
    let bearer = Bearer(format!("Bearer {token}").parse().map_err(text)?);
    Ok(LineServiceClient::with_interceptor(channel, bearer))
}

/// The `vigie` of the same build.
fn binary() -> Result<PathBuf, String> {
    let beside = std::env::current_exe().map_err(text)?.with_file_name("vigie");
    if beside.exists() { Ok(beside) } else { Err(format!("{} is not built", beside.display())) }
}

/// Status and body.
async fn http_get(port: u16, path: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: vigie\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    let status = answer.split_whitespace().nth(1)?.parse().ok()?;
    let (_, body) = answer.split_once("\r\n\r\n")?;
    Some((status, body.to_owned()))
}
