//! Configuration: defaults < file < environment; one file can serve every process.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use vigie_chassis::{config, identity, server, telemetry};

use crate::arguments::Place;
use crate::error::Error;
use crate::kafka::Kafka;
use crate::sections::{LinesSection, NoticesSection, RoutingSection};
use crate::storage::Storage;

/// Environment variables that say where to begin, and are no configuration.
const PLACE: [&str; 2] = ["VIGIE_DATA", "VIGIE_CONFIG"];

/// A section, or a key of one, that another process reads, and checks.
pub type Elsewhere = Option<toml::Value>;

/// A configuration that is loaded alike in every process.
pub trait Configuration: DeserializeOwned + Serialize + Default {
    /// Section `[storage]`.
    fn storage_mut(&mut self) -> &mut Storage;

    /// Section `[telemetry]`.
    fn telemetry_mut(&mut self) -> &mut telemetry::Options;

    /// Reads `file` and `environment`; `data` from the command line stands above both.
    ///
    /// # Errors
    /// When a source cannot be read, or has a key or value that does not fit.
    fn load_from(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        data: Option<&Path>,
    ) -> Result<Self, Error> {
        let not_configuration = [config::NOT_CONFIGURATION, &PLACE].concat();
        let mut loaded: Self = config::load(file, environment, config::PREFIX, &not_configuration)?;
        if let Some(data) = data {
            data.clone_into(&mut loaded.storage_mut().data);
        }
        Ok(loaded)
    }

    /// The configuration of the process `name`, which is its name in telemetry as well unless another is configured.
    ///
    /// # Errors
    /// As [`load_from`](Self::load_from).
    fn load(name: &str, place: &Place) -> Result<Self, Error> {
        let mut loaded = Self::load_from(place.config.as_deref(), std::env::vars(), place.data.as_deref())?;
        let service_name = &mut loaded.telemetry_mut().service_name;
        if *service_name == telemetry::Options::default().service_name {
            name.clone_into(service_name);
        }
        Ok(loaded)
    }
}

/// Configuration of a view that runs alone: it has a database of its own, and reads logs from where they are served.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ViewConfig {
    /// Where and how gRPC is served.
    pub server: server::Options,
    /// Where the view is kept.
    pub storage: Storage,
    /// Where the log of `lines` is served.
    pub lines: LinesSection,
    /// Where the log of `routing` is served.
    pub routing: RoutingSection,
    /// Where the log of `notices` is served.
    pub notices: NoticesSection,
    /// Where logs are carried; nowhere by default.
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

impl Configuration for ViewConfig {
    fn storage_mut(&mut self) -> &mut Storage {
        &mut self.storage
    }

    fn telemetry_mut(&mut self) -> &mut telemetry::Options {
        &mut self.telemetry
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, environment: &[(&str, &str)]) -> Result<ViewConfig, Error> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("vigie.toml");
        std::fs::write(&file, text).unwrap();
        let environment = environment.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        ViewConfig::load_from(Some(&file), environment.collect::<Vec<_>>(), None)
    }

    #[test]
    fn sections_of_other_processes_are_left_alone() {
        let text = "[lines]\nendpoint = \"https://lines.internal\"\nanswer_max_ms = 5\n[lines.driver]\nworkers = 9\n\
                    [register]\nkind = \"osmo_hlr\"\n[demo]\nenabled = false\n";
        let config = load(text, &[("VIGIE_REGISTER__OSMO_HLR__CTRL", "10.0.0.7:4259")]).unwrap();
        assert_eq!(config.lines.endpoint.as_deref(), Some("https://lines.internal"));
    }

    #[test]
    fn each_log_is_served_somewhere_of_its_own() {
        let text = "[lines]\nendpoint = \"https://lines.internal\"\n[routing]\nendpoint = \"https://routing.internal\"\n\
                    tls = { ca = \"/run/ca.pem\" }\n";
        let config = load(text, &[]).unwrap();
        let (lines, routing) = (config.lines.log(), config.routing.log());
        assert_eq!((lines.context, lines.check), ("lines", "lines_log"));
        assert_eq!((routing.context, routing.check), ("routing", "routing_log"));
        assert_eq!(routing.endpoint.as_deref(), Some("https://routing.internal"));
        assert_eq!((lines.tls.ca, routing.tls.ca.as_deref()), (None, Some(Path::new("/run/ca.pem"))));
    }

    #[test]
    fn a_misspelt_key_of_its_own_is_refused_by_name() {
        let refused = load("[lines]\nendpiont = \"x\"\n", &[]).unwrap_err();
        assert!(refused.to_string().contains("endpiont"), "{refused}");
        let refused = load("[routing]\nendpiont = \"x\"\n", &[]).unwrap_err();
        assert!(refused.to_string().contains("endpiont"), "{refused}");
        let refused = load("[lienes]\n", &[]).unwrap_err();
        assert!(refused.to_string().contains("lienes"), "{refused}");
        let refused = load("", &[("VIGIE_LINES__TLS__ROOT", "x")]).unwrap_err();
        assert!(refused.to_string().contains("VIGIE_LINES__TLS__ROOT"), "{refused}");
    }

    #[test]
    fn the_token_and_the_certificates_are_named_by_file() {
        let environment = [
            ("VIGIE_LINES__ENDPOINT", "https://lines.internal"),
            ("VIGIE_LINES__TOKEN__FILE", "/run/secrets/token"),
            ("VIGIE_LINES__TLS__CA", "/run/secrets/ca.pem"),
        ];
        let lines = load("", &environment).unwrap().lines;
        assert_eq!(lines.token.unwrap().file, Path::new("/run/secrets/token"));
        assert_eq!(lines.tls.ca.unwrap(), Path::new("/run/secrets/ca.pem"));
    }
}
