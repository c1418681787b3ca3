//! Puts the parts together, once a process.

use std::io::IsTerminal;
use std::sync::Arc;

use opentelemetry::trace::TracerProvider;
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Metadata;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing_subscriber::filter::{EnvFilter, FilterFn, dynamic_filter_fn, filter_fn};
use tracing_subscriber::layer::{Filter, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt};

use super::export::{Exporters, tracers};
use super::lines::Lines;
use super::{Error, Format, Options, Providers, Telemetry, metrics, panics};

/// What carries telemetry out would, if it were itself recorded, carry out a report on every report.
const CARRIERS: &[&str] = &["opentelemetry", "tonic", "h2", "hyper", "tower"];

/// Sets up the process's telemetry. Once, inside a tokio runtime, before the parts that log.
pub fn init(options: &Options) -> Result<Telemetry, Error> {
    if !(0.0..=1.0).contains(&options.sample_ratio) {
        return Err(Error::SampleRatio(options.sample_ratio));
    }
    let filter = options.log.parse::<EnvFilter>()?;
    let exported_filter = options.log.parse::<EnvFilter>()?;

    let registry = prometheus::Registry::new();
    let (tracer_builder, metric_exporter, loggers) = match Exporters::configured(options)? {
        Some(exporters) => {
            let (tracers, metrics, loggers) = exporters.into_parts(options);
            (tracers, Some(metrics), Some(loggers))
        }
        // Spans without exporter still give log lines and events their trace id.
        None => (SdkTracerProvider::builder(), None, None),
    };
    let tracers = tracers(tracer_builder, options);
    let meters = metrics::provider(options, &registry, metric_exporter)?;

    let spans = tracing_opentelemetry::layer()
        .with_tracer(tracers.tracer("vigie"))
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false)
        .with_filter(own_spans())
        .with_filter(LevelFilter::INFO);
    let exported_lines = loggers.as_ref().map(|loggers| {
        OpenTelemetryTracingBridge::new(loggers).with_filter(not_carriers()).with_filter(exported_filter)
    });
    Registry::default()
        .with(lines(options.format).with_filter(filter))
        .with(spans)
        .with(exported_lines)
        .try_init()?;

    panics::log_them();
    opentelemetry::global::set_text_map_propagator(TraceContextPropagator::new());
    opentelemetry::global::set_tracer_provider(tracers.clone());
    opentelemetry::global::set_meter_provider(meters.clone());

    let flush_timeout = options.flush_timeout();
    Ok(Telemetry(Arc::new(Providers { meters, registry, tracers: Some(tracers), loggers, flush_timeout })))
}

/// Log lines on standard error; standard output belongs to the command line.
fn lines<S>(format: Format) -> impl Layer<S>
where
    S: tracing::Subscriber + for<'span> tracing_subscriber::registry::LookupSpan<'span>,
{
    let terminal = std::io::stderr().is_terminal();
    let lines = match format {
        Format::Json => Lines::Json,
        Format::Auto if !terminal => Lines::Json,
        Format::Auto | Format::Human => Lines::Human,
    };
    fmt::layer().with_writer(std::io::stderr).with_ansi(terminal).event_format(lines)
}

fn is_carrier(metadata: &Metadata<'_>) -> bool {
    CARRIERS.iter().any(|carrier| metadata.target().starts_with(carrier))
}

/// Spans of ours. Events become span events only where they are logged anyway; a trace needs no copy of them.
///
/// Asked anew for every span, although the answer never changes: a span that is not asked about is judged by what was
/// asked last on the thread, were it somebody's look at whether debug lines are wanted, and would then be lost to the
/// trace (github.com/tokio-rs/tracing/issues/2519).
fn own_spans<S: tracing::Subscriber>() -> impl Filter<S> {
    dynamic_filter_fn(|metadata, _| is_own_span(metadata)).with_callsite_filter(|metadata| {
        if is_own_span(metadata) { Interest::sometimes() } else { Interest::never() }
    })
}

fn is_own_span(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && !is_carrier(metadata)
}

fn not_carriers() -> FilterFn {
    filter_fn(|metadata| !is_carrier(metadata))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tracing::Level;
    use tracing_subscriber::layer::Context;

    use super::*;

    struct Counting(Arc<AtomicUsize>);

    impl<S: tracing::Subscriber> Layer<S> for Counting {
        fn on_new_span(&self, _: &tracing::span::Attributes<'_>, _: &tracing::span::Id, _: Context<'_, S>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn a_span_is_kept_whatever_was_asked_just_before() {
        let kept = Arc::new(AtomicUsize::new(0));
        let subscriber = Registry::default()
            .with(lines(Format::Json).with_filter(EnvFilter::new("info")))
            .with(Counting(Arc::clone(&kept)).with_filter(own_spans()).with_filter(LevelFilter::INFO));
        tracing::subscriber::with_default(subscriber, || {
            for _ in 0..3 {
                assert!(tracing::enabled!(Level::INFO), "lines are wanted, though not as part of a trace");
                drop(tracing::info_span!("kept"));
            }
        });
        assert_eq!(kept.load(Ordering::Relaxed), 3);
    }
}
