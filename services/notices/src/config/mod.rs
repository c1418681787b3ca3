//! Configuration of notices, wherever they run.

mod mail;
mod notices;

pub use mail::{Kind, Mail};
pub use notices::Notices;

use serde::{Deserialize, Serialize};
use vigie_bus::Topics;
use vigie_chassis::{identity, server, telemetry};
use vigie_process::{Configuration, Elsewhere, Error, Kafka, LinesSection, RoutingSection, Storage};

/// The bounded context, as the places of its data, its topics and `ce_source` name it.
pub const CONTEXT: &str = "notices";

/// What its events are about.
const ENTITIES: [&str; 4] = ["notice", "preference", "webhook", "campaign"];

/// Where the log is carried.
///
/// # Errors
/// Never: the names are what topics take.
pub fn topics() -> Result<Topics, Error> {
    Topics::new(CONTEXT, &ENTITIES).map_err(Error::part)
}

/// Configuration of notices in a process of their own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where and how gRPC is served.
    pub server: server::Options,
    /// Where log, views and reactions are kept.
    pub storage: Storage,
    /// The notices themselves.
    pub notices: Notices,
    /// Where the log of lines is served; without an endpoint nobody is told of lines.
    pub lines: LinesSection,
    /// Where the log of routing is served; without an endpoint there are no people to tell.
    pub routing: RoutingSection,
    /// Where events are published, and read from; nowhere by default.
    pub kafka: Kafka,
    /// Whose tokens count; without an issuer only development tokens, on loopback only.
    pub identity: identity::Options,
    /// Traces, metrics, logs.
    pub telemetry: telemetry::Options,
    /// The register that `lines` drives.
    pub register: Elsewhere,
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

#[cfg(test)]
mod tests {
    use vigie_process::NoticesSection;

    use super::*;

    #[test]
    fn who_reads_the_log_from_elsewhere_leaves_the_services_own_keys_alone() {
        let whole = serde_json::to_value(Notices::default()).unwrap();
        let keys = whole.as_object().unwrap().keys();
        for own in keys.filter(|key| !["endpoint", "token", "tls"].contains(&key.as_str())) {
            let section = serde_json::json!({ own: 1 });
            serde_json::from_value::<NoticesSection>(section)
                .unwrap_or_else(|error| panic!("{own}: {error}"));
        }
    }

    #[test]
    fn the_embedded_default_writes_into_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        Notices::default().mail.open(folder.path()).unwrap();
        assert!(folder.path().join(Mail::FOLDER).join("new").is_dir());
    }
}
