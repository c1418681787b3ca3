//! Configuration of telemetry.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Section `[telemetry]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// `service.name` of everything that leaves.
    pub service_name: String,
    /// `service.instance.id`: which replica.
    pub instance: Option<String>,
    /// What to log: `info`, `warn,vigie_lines=debug`.
    pub log: String,
    /// How log lines look.
    pub format: Format,
    /// The collector, `http://127.0.0.1:4317`; without one nothing is exported.
    pub otlp_endpoint: Option<String>,
    /// The share of traces that begin here and are recorded, 0 to 1; a caller's decision is kept.
    pub sample_ratio: f64,
    /// Milliseconds that one export may take.
    pub export_timeout_ms: u64,
    /// Seconds between two exports of metrics.
    pub metrics_interval_s: u64,
    /// Milliseconds that flushing at the end may take.
    pub flush_timeout_ms: u64,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// For people on a terminal, JSON elsewhere.
    #[default]
    Auto,
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

impl Options {
    pub(super) fn export_timeout(&self) -> Duration {
        Duration::from_millis(self.export_timeout_ms)
    }

    pub(super) fn metrics_interval(&self) -> Duration {
        Duration::from_secs(self.metrics_interval_s)
    }

    pub(super) fn flush_timeout(&self) -> Duration {
        Duration::from_millis(self.flush_timeout_ms)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            service_name: "vigie".to_owned(),
            instance: None,
            log: "info".to_owned(),
            format: Format::Auto,
            otlp_endpoint: None,
            sample_ratio: 1.0,
            export_timeout_ms: 5_000,
            metrics_interval_s: 15,
            flush_timeout_ms: 3_000,
        }
    }
}
