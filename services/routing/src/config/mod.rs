//! Configuration of routing, wherever it runs.

mod routing;

pub use routing::Routing;

use serde::{Deserialize, Serialize};
use vigie_bus::Topics;
use vigie_chassis::{identity, server, telemetry};
use vigie_process::{Configuration, Elsewhere, Error, Kafka, Storage};

/// The bounded context, as the places of its data, its topics and `ce_source` name it.
pub const CONTEXT: &str = "routing";

/// What its events are about, as far as there is a state to keep. Contacts and attendance are on the topic of all events
/// only: they are over in a day and come by the million, and a state topic keeps its streams for ever.
const ENTITIES: [&str; 7] =
    ["account", "person", "staff_member", "desk", "contact_point", "review_plan", "project"];

/// Where the log is carried.
///
/// # Errors
/// Never: the names are what topics take.
pub fn topics() -> Result<Topics, Error> {
    Topics::new(CONTEXT, &ENTITIES).map_err(Error::part)
}

/// Configuration of routing in a process of its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where and how gRPC is served.
    pub server: server::Options,
    /// Where log and view are kept.
    pub storage: Storage,
    /// Routing itself.
    pub routing: Routing,
    /// Where events are published; nowhere by default.
    pub kafka: Kafka,
    /// Whose tokens count; without an issuer only development tokens, on loopback only.
    pub identity: identity::Options,
    /// Traces, metrics, logs.
    pub telemetry: telemetry::Options,
    /// What `lines` is set up with.
    pub lines: Elsewhere,
    /// The register that `lines` drives.
    pub register: Elsewhere,
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
