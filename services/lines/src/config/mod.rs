//! Configuration of lines, wherever they run.

mod block_list;
mod lines;
mod register;

pub use block_list::{BlockList, BlockListKind};
pub use lines::Lines;
pub use register::{Kind, Opened, Register};

use serde::{Deserialize, Serialize};
use vigie_bus::Topics;
use vigie_chassis::{identity, server, telemetry};
use vigie_process::{Configuration, Elsewhere, Error, Kafka, Storage};

/// The bounded context, as the places of its data, its topics and `ce_source` name it.
pub const CONTEXT: &str = "lines";

/// What its events are about.
const ENTITIES: [&str; 1] = ["line"];

/// Where the log is carried.
///
/// # Errors
/// Never: the names are what topics take.
pub fn topics() -> Result<Topics, Error> {
    Topics::new(CONTEXT, &ENTITIES).map_err(Error::part)
}

/// Configuration of lines in a process of their own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where and how gRPC is served.
    pub server: server::Options,
    /// Where log and view are kept.
    pub storage: Storage,
    /// The subscriber register.
    pub register: Register,
    /// The lines themselves.
    pub lines: Lines,
    /// Where events are published; nowhere by default.
    pub kafka: Kafka,
    /// Whose tokens count; without an issuer only development tokens, on loopback only.
    pub identity: identity::Options,
    /// Traces, metrics, logs.
    pub telemetry: telemetry::Options,
    /// What `routing` is set up with.
    pub routing: Elsewhere,
    /// What `notices` is set up with.
    pub notices: Elsewhere,
    /// What the embedded default shows.
    pub demo: Elsewhere,
}

impl Configuration for Config {
    fn storage_mut(&mut self) -> &mut Storage {
        &mut self.storage
    }

    fn telemetry_mut(&mut self) -> &mut telemetry::Options {
        &mut self.telemetry
    }
}
