//! The configuration of the whole: one section a part.

use std::path::Path;

use serde::{Deserialize, Serialize};
use vigie_chassis::{config, identity, server, telemetry};

use super::kafka::Kafka;
use super::lines::Lines;
use super::register::Register;
use super::storage::Storage;
use crate::error::Error;

/// Environment variables of the command line, which are no configuration.
const COMMAND_LINE: [&str; 2] = ["VIGIE_DATA", "VIGIE_CONFIG"];

/// What is logged when nothing else is said.
const LOG: &str = "warn";
/// The same while the demo cuts the register off on purpose.
const LOG_OF_FIRST_START: &str = "warn,vigie_lines::register=error";

/// Everything that can be set: defaults < file < environment (`VIGIE_SERVER__LISTEN`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Where and how gRPC is served.
    pub(crate) server: server::Options,
    /// Where data is kept.
    pub(crate) storage: Storage,
    /// The subscriber register.
    pub(crate) register: Register,
    /// The lines themselves.
    pub(crate) lines: Lines,
    /// Where events are published; nowhere by default.
    pub(crate) kafka: Kafka,
    /// Whose tokens count; without an issuer Vigie makes development tokens, on loopback only.
    pub(crate) identity: identity::Options,
    /// Traces, metrics, logs.
    pub(crate) telemetry: telemetry::Options,
    /// What the first start shows.
    pub(crate) demo: Demo,
}

/// Section `[demo]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Demo {
    /// Whether an empty embedded default is filled with an operator in miniature.
    pub(crate) enabled: bool,
}

impl Default for Demo {
    fn default() -> Self {
        Self { enabled: true }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            server: server::Options::default(),
            storage: Storage::default(),
            register: Register::default(),
            lines: Lines::default(),
            kafka: Kafka::default(),
            identity: identity::Options::default(),
            telemetry: telemetry::Options { log: LOG.to_owned(), ..telemetry::Options::default() },
            demo: Demo::default(),
        }
    }
}

impl Config {
    /// Reads `file` and the environment; `data` from the command line stands above both.
    pub(crate) fn load(file: Option<&Path>, data: Option<&Path>) -> Result<Self, Error> {
        Self::load_from(file, std::env::vars(), data)
    }

    /// Whether this is an embedded default, which a demo may fill.
    pub(super) fn is_embedded(&self) -> bool {
        self.demo.enabled && self.storage.postgres.is_none() && self.identity.is_development()
    }

    /// What to log, where the demo may be shown: its own cut of the register is no news.
    pub(super) fn telemetry(&self, demo_is_due: bool) -> telemetry::Options {
        let mut options = self.telemetry.clone();
        if demo_is_due && options.log == LOG {
            LOG_OF_FIRST_START.clone_into(&mut options.log);
        }
        options
    }

    fn load_from(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        data: Option<&Path>,
    ) -> Result<Self, Error> {
        let not_configuration = [config::NOT_CONFIGURATION, &COMMAND_LINE].concat();
        let mut loaded: Self = config::load(file, environment, config::PREFIX, &not_configuration)
            .map_err(|error| Error::Usage(with_causes(&error)))?;
        if let Some(data) = data {
            data.clone_into(&mut loaded.storage.data);
        }
        Ok(loaded)
    }
}

/// An error and what led to it, in one line.
pub(crate) fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::register::Kind;
    use super::*;

    fn load(text: &str, environment: &[(&str, &str)], data: Option<&str>) -> Result<Config, Error> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("vigie.toml");
        std::fs::write(&file, text).unwrap();
        let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Config::load_from(Some(&file), environment.collect::<Vec<_>>(), data.map(Path::new))
    }

    #[test]
    fn the_default_is_embedded_on_loopback_with_a_simulated_register() {
        let config = load("", &[], None).unwrap();
        assert_eq!(config, Config::default());
        assert!(config.server.listen.ip().is_loopback());
        assert_eq!(config.register.kind, Kind::Simulated);
        assert_eq!(config.storage.data, Path::new(".vigie"));
        assert!(config.identity.is_development() && config.demo.enabled);
    }

    #[test]
    fn the_real_parts_are_set_in_a_file_or_in_the_environment() {
        let text = "[register]\nkind = \"osmo_hlr\"\n[register.osmo_hlr]\nctrl = \"10.0.0.7:4259\"\n";
        let environment = [
            ("VIGIE_STORAGE__POSTGRES__URL", "postgres://vigie_app@127.0.0.1/vigie"),
            ("VIGIE_DEMO__ENABLED", "false"),
            ("VIGIE_ENDPOINT", "http://127.0.0.1:1"),
            ("VIGIE_CONFIG", "ignored.toml"),
        ];
        let config = load(text, &environment, None).unwrap();
        assert_eq!(config.register.kind, Kind::OsmoHlr);
        assert_eq!(config.register.osmo_hlr.ctrl, "10.0.0.7:4259");
        assert_eq!(config.storage.postgres.unwrap().url, "postgres://vigie_app@127.0.0.1/vigie");
        assert!(!config.demo.enabled);
    }

    #[test]
    fn the_command_lines_data_folder_stands_above_the_files() {
        let config = load("[storage]\ndata = \"/from/file\"\n", &[], Some("/from/command/line")).unwrap();
        assert_eq!(config.storage.data, Path::new("/from/command/line"));
    }

    #[test]
    fn a_misspelt_key_is_refused_by_name() {
        let refused = load("[regster]\nkind = \"simulated\"\n", &[], None).unwrap_err();
        assert!(refused.to_string().contains("regster"), "{refused}");
        let refused = load("", &[("VIGIE_SERVER__LISTN", "x")], None).unwrap_err();
        assert!(refused.to_string().contains("VIGIE_SERVER__LISTN"), "{refused}");
        assert_eq!(refused.reason(), "USAGE");
    }
}
