//! Traces, metrics and logs: to an OpenTelemetry collector (OTLP over gRPC) where one is configured, metrics to
//! Prometheus as well, log lines to standard error.
//!
//! Never personal data: no numbers, names, addresses, nor anything that a caller sent as text.

mod export;
mod lines;
mod metrics;
mod options;
mod panics;
mod start;

pub use options::{Format, Options};
pub use start::init;

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;

/// Telemetry that cannot be set up or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// `telemetry.log` is not a filter such as `info,vigie_lines=debug`.
    #[error("telemetry: log filter")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// `telemetry.sample_ratio` is not between 0 and 1.
    #[error("telemetry: sample_ratio must be between 0 and 1, not {0}")]
    SampleRatio(f64),
    /// The exporter to the collector cannot be made; only `http://` endpoints can be reached.
    #[error("telemetry: exporter")]
    Exporter(#[from] opentelemetry_otlp::ExporterBuildError),
    /// The metrics' registry cannot be made.
    #[error("telemetry: metrics")]
    Metrics(#[from] opentelemetry_sdk::error::OTelSdkError),
    /// The metrics cannot be written as text.
    #[error("telemetry: Prometheus text")]
    Prometheus(#[from] prometheus::Error),
    /// Logs are set up once a process.
    #[error("telemetry: already set up in this process")]
    AlreadySet(#[from] tracing_subscriber::util::TryInitError),
}

/// The process's telemetry. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Telemetry(Arc<Providers>);

#[derive(Debug)]
struct Providers {
    meters: SdkMeterProvider,
    registry: prometheus::Registry,
    tracers: Option<SdkTracerProvider>,
    loggers: Option<SdkLoggerProvider>,
    flush_timeout: Duration,
}

impl Telemetry {
    /// Without subscriber and exporters, for tests and short commands; metrics still count.
    pub fn disabled() -> Self {
        let registry = prometheus::Registry::new();
        // A registry that refuses leaves metrics that nobody reads: what "disabled" promises anyway.
        let meters = metrics::provider(&Options::default(), &registry, None)
            .unwrap_or_else(|_| SdkMeterProvider::builder().build());
        let flush_timeout = Options::default().flush_timeout();
        Self(Arc::new(Providers { meters, registry, tracers: None, loggers: None, flush_timeout }))
    }

    /// The instruments of a part, by the part's name. Histograms in seconds (`with_unit("s")`) get buckets that suit:
    /// 5 ms to 10 s for calls, 0.1 ms to 60 s for `vigie.*`.
    pub fn meter(&self, name: &'static str) -> Meter {
        self.0.meters.meter(name)
    }

    /// All metrics, as Prometheus scrapes them.
    pub fn prometheus_text(&self) -> Result<String, Error> {
        Ok(prometheus::TextEncoder::new().encode_to_string(&self.0.registry.gather())?)
    }

    /// Sends what is still queued and stops, within `flush_timeout_ms`.
    pub async fn shutdown(&self) {
        let providers = Arc::clone(&self.0);
        let (done, finished) = tokio::sync::oneshot::channel();
        // A thread of its own: flushing blocks, and a collector that does not answer must not hold up the runtime's end.
        std::thread::spawn(move || {
            providers.flush();
            let _ = done.send(());
        });
        if tokio::time::timeout(self.0.flush_timeout, finished).await.is_err() {
            tracing::warn!("telemetry could not be flushed in time");
        }
    }
}

impl Providers {
    /// Errors have nowhere to go: what reports them is being stopped.
    fn flush(&self) {
        if let Some(tracers) = &self.tracers {
            let _ = tracers.shutdown_with_timeout(self.flush_timeout);
        }
        let _ = self.meters.shutdown_with_timeout(self.flush_timeout);
        if let Some(loggers) = &self.loggers {
            let _ = loggers.shutdown_with_timeout(self.flush_timeout);
        }
    }
}
