//! The configuration of the whole: one section a part.

use std::path::Path;

use serde::{Deserialize, Serialize};
use vigie_chassis::{identity, server, telemetry};
use vigie_lines::config::{Lines, Register};
use vigie_notices::config::Notices;
use vigie_process::{Configuration, Kafka, Storage};
use vigie_routing::config::Routing;

use crate::error::Error;

/// What is logged when nothing else is said.
const LOG: &str = "warn";
/// The same while the demo cuts the register off on purpose, and plays with companies that nobody can be told of.
const LOG_OF_FIRST_START: &str = "warn,vigie_lines::register=error,vigie_notices::metrics=error";

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
    /// Customers, staff, and who takes a contact.
    pub(crate) routing: Routing,
    /// Who is told what, and how mail leaves.
    pub(crate) notices: Notices,
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
            routing: Routing::default(),
            notices: Notices::default(),
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
        Ok(Self::load_from(file, std::env::vars(), data)?)
    }

    /// Whether this is an embedded default, which a demo may fill.
    pub(super) fn is_embedded(&self) -> bool {
        self.demo.enabled && self.storage.postgres.is_none() && self.identity.is_development()
    }

    /// What to log, where the demo may be shown: its own cut of the register is no news, nor that its companies have no people.
    pub(super) fn telemetry(&self, demo_is_due: bool) -> telemetry::Options {
        let mut options = self.telemetry.clone();
        if demo_is_due && options.log == LOG {
            LOG_OF_FIRST_START.clone_into(&mut options.log);
        }
        options
    }
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
    use vigie_lines::config::{self, Kind};
    use vigie_process::ViewConfig;

    use super::*;

    fn load(text: &str, environment: &[(&str, &str)], data: Option<&str>) -> Result<Config, Error> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("vigie.toml");
        std::fs::write(&file, text).unwrap();
        let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Ok(Config::load_from(Some(&file), environment.collect::<Vec<_>>(), data.map(Path::new))?)
    }

    #[test]
    fn a_file_for_everything_serves_every_service_that_runs_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("vigie.toml");
        // Every key that there is, at its default, and those that are absent by default.
        let mut all = toml::Table::try_from(Config::default()).unwrap();
        for log in ["lines", "routing", "notices"] {
            let section = all[log].as_table_mut().unwrap();
            section.insert("endpoint".into(), format!("https://{log}.internal:7070").into());
            let token = toml::Table::from_iter([("file".into(), "/run/token".into())]);
            section.insert("token".into(), token.into());
        }
        std::fs::write(&file, all.to_string()).unwrap();
        let view = ViewConfig::load_from(Some(&file), [], None).unwrap();
        assert_eq!(view.lines.endpoint.as_deref(), Some("https://lines.internal:7070"));
        assert_eq!(view.routing.endpoint.as_deref(), Some("https://routing.internal:7070"));
        assert_eq!(view.notices.endpoint.as_deref(), Some("https://notices.internal:7070"));
        let lines = config::Config::load_from(Some(&file), [], None).unwrap();
        let routing = vigie_routing::config::Config::load_from(Some(&file), [], None).unwrap();
        let whole: Config = Config::load_from(Some(&file), [], None).unwrap();
        assert_eq!((&lines.lines, &lines.register), (&whole.lines, &whole.register));
        assert_eq!(routing.routing, whole.routing);
        let notices = vigie_notices::config::Config::load_from(Some(&file), [], None).unwrap();
        assert_eq!(notices.notices, whole.notices);
        assert_eq!(whole.lines.endpoint, view.lines.endpoint);
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
