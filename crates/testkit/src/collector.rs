//! A real OpenTelemetry collector.

use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use parking_lot::Mutex;

use crate::part::Part;
use crate::{Error, Scratch, Tool, free_port, http};

const NAME: &str = "OpenTelemetry collector";
const START_LIMIT: Duration = Duration::from_secs(20);

/// A collector that writes what it is sent into files.
///
/// Its configuration finds its places in the environment: `OTLP_ENDPOINT` and `PROMETHEUS_ENDPOINT` (host:port),
/// `OWN_METRICS_PORT`, and `TELEMETRY_FOLDER`, where it writes `traces.jsonl` and `logs.jsonl`.
#[derive(Debug)]
pub struct Collector {
    otlp: SocketAddr,
    prometheus: SocketAddr,
    folder: PathBuf,
    part: Mutex<Part>,
    // Last, so that the collector has been told to end before its folder goes.
    _scratch: Scratch,
}

impl Collector {
    /// Starts the program that `VIGIE_TEST_COLLECTOR` names, else `otelcol`, with this configuration.
    ///
    /// # Errors
    /// What to install, or the end of the collector's log.
    pub fn start(configuration: &Path) -> Result<Self, Error> {
        let program = program()?;
        let configuration = configuration.canonicalize().map_err(|error| Error::failed(NAME, error))?;
        let scratch = Scratch::new("otelcol")?;
        let folder = scratch.folder("telemetry")?;
        let (otlp, prometheus, own) = (local(free_port()?), local(free_port()?), free_port()?);
        let mut command = Command::new(program);
        command
            .arg("--config")
            .arg(configuration)
            .env("OTLP_ENDPOINT", otlp.to_string())
            .env("PROMETHEUS_ENDPOINT", prometheus.to_string())
            .env("OWN_METRICS_PORT", own.to_string())
            .env("TELEMETRY_FOLDER", &folder);
        let mut part = Part::new(NAME, folder.clone(), scratch.path().join("otelcol.log"));
        part.start(&mut command, START_LIMIT, |_| {
            [otlp, prometheus].iter().all(|address| TcpStream::connect(address).is_ok())
        })?;
        Ok(Self { otlp, prometheus, folder, part: Mutex::new(part), _scratch: scratch })
    }

    /// Where OTLP over gRPC is taken: `http://127.0.0.1:…`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.otlp)
    }

    /// What came in as metrics, as Prometheus would scrape it from here.
    ///
    /// # Errors
    /// When it does not answer.
    pub fn metrics(&self) -> Result<String, Error> {
        let (_, text) = http::get(self.prometheus, "/metrics").map_err(|error| Error::failed(NAME, error))?;
        Ok(text)
    }

    /// What came in as traces so far: lines of OTLP JSON, of which the last may still be growing.
    pub fn traces(&self) -> Vec<String> {
        self.lines("traces.jsonl")
    }

    /// What came in as log lines so far, in the same form.
    pub fn logs(&self) -> Vec<String> {
        self.lines("logs.jsonl")
    }

    /// The end of its own log.
    pub fn log_tail(&self) -> String {
        self.part.lock().log_tail()
    }

    fn lines(&self, file: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.folder.join(file)).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.part.lock().kill();
    }
}

fn program() -> Result<PathBuf, Error> {
    if let Some(program) = std::env::var_os("VIGIE_TEST_COLLECTOR") {
        return Ok(program.into());
    }
    Tool::find("otelcol").map_err(|_| Error::Missing {
        part: NAME.to_owned(),
        advice: "set VIGIE_TEST_COLLECTOR to a collector with the parts of deploy/otel/builder.yaml, or build it; \
                 `make test` does"
            .to_owned(),
    })
}

fn local(port: u16) -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], port))
}
