//! Metrics: one set of instruments, read by Prometheus and pushed to a collector.

use opentelemetry_otlp::MetricExporter;
use opentelemetry_sdk::metrics::{
    Aggregation, Instrument, InstrumentKind, PeriodicReader, SdkMeterProvider, Stream,
};

use super::export::resource;
use super::{Error, Options};

/// Seconds, for calls: what RPC semantic conventions advise.
const CALL_BUCKETS: &[f64] =
    &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Seconds, for the steps of the immediate path: a register answers within a millisecond, and 60 s is the promise.
const STEP_BUCKETS: &[f64] = &[
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
    30.0, 60.0,
];

pub(super) fn provider(
    options: &Options,
    registry: &prometheus::Registry,
    exporter: Option<MetricExporter>,
) -> Result<SdkMeterProvider, Error> {
    let prometheus = opentelemetry_prometheus::exporter()
        .with_registry(registry.clone())
        .scope_info_enabled(false)
        .build()?;
    let mut builder =
        SdkMeterProvider::builder().with_resource(resource(options)).with_reader(prometheus).with_view(view);
    if let Some(exporter) = exporter {
        let reader = PeriodicReader::builder(exporter).with_interval(options.metrics_interval()).build();
        builder = builder.with_reader(reader);
    }
    Ok(builder.build())
}

/// Explicit buckets for durations: the Prometheus exporter drops exponential histograms without a word.
fn view(instrument: &Instrument) -> Option<Stream> {
    if instrument.kind() != InstrumentKind::Histogram || instrument.unit() != "s" {
        return None;
    }
    let buckets = if instrument.name().starts_with("vigie.") { STEP_BUCKETS } else { CALL_BUCKETS };
    let aggregation =
        Aggregation::ExplicitBucketHistogram { boundaries: buckets.to_vec(), record_min_max: false };
    Stream::builder().with_aggregation(aggregation).build().ok()
}

#[cfg(test)]
mod tests {
    use super::super::Telemetry;

    #[test]
    fn durations_have_buckets_that_suit_them() {
        let telemetry = Telemetry::disabled();
        let meter = telemetry.meter("test");
        for name in ["rpc.server.call.duration", "vigie.suspend.confirmed", "vigie.register.write"] {
            meter.f64_histogram(name).with_unit("s").build().record(0.0002, &[]);
        }
        let text = telemetry.prometheus_text().unwrap();
        for line in [
            r#"rpc_server_call_duration_seconds_bucket{le="0.005"} 1"#,
            r#"rpc_server_call_duration_seconds_bucket{le="10"} 1"#,
            r#"vigie_suspend_confirmed_seconds_bucket{le="0.0001"} 0"#,
            r#"vigie_suspend_confirmed_seconds_bucket{le="0.00025"} 1"#,
            r#"vigie_register_write_seconds_bucket{le="60"} 1"#,
        ] {
            assert!(text.contains(line), "{line} not in\n{text}");
        }
        assert!(!text.contains(r#"rpc_server_call_duration_seconds_bucket{le="0.0001"}"#));
    }
}
