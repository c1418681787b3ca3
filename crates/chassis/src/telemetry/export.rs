//! What goes to a collector, and under which name.

use opentelemetry::KeyValue;
use opentelemetry_otlp::{LogExporter, MetricExporter, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::SdkLoggerProvider;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, TracerProviderBuilder,
};

use super::{Error, Options};

/// Spans that wait for export; beyond that they are dropped, and counted by the SDK.
const SPANS_QUEUED_MAX: usize = 32 * 1024;

/// Spans in one export.
const SPANS_BATCH_MAX: usize = 2 * 1024;

/// Exporters for the three signals.
pub(super) struct Exporters {
    spans: SpanExporter,
    pub(super) metrics: MetricExporter,
    logs: LogExporter,
}

impl Exporters {
    /// `None` where no collector is configured. Needs a tokio runtime.
    pub(super) fn configured(options: &Options) -> Result<Option<Self>, Error> {
        let Some(endpoint) = options.otlp_endpoint.as_deref() else { return Ok(None) };
        let timeout = options.export_timeout();
        let spans =
            SpanExporter::builder().with_tonic().with_endpoint(endpoint).with_timeout(timeout).build()?;
        let metrics =
            MetricExporter::builder().with_tonic().with_endpoint(endpoint).with_timeout(timeout).build()?;
        let logs =
            LogExporter::builder().with_tonic().with_endpoint(endpoint).with_timeout(timeout).build()?;
        Ok(Some(Self { spans, metrics, logs }))
    }

    /// Splits off the metrics' exporter; spans and logs become providers.
    pub(super) fn into_parts(
        self,
        options: &Options,
    ) -> (TracerProviderBuilder, MetricExporter, SdkLoggerProvider) {
        let batch = BatchConfigBuilder::default()
            .with_max_queue_size(SPANS_QUEUED_MAX)
            .with_max_export_batch_size(SPANS_BATCH_MAX)
            .build();
        let processor = BatchSpanProcessor::builder(self.spans).with_batch_config(batch).build();
        let loggers = SdkLoggerProvider::builder()
            .with_resource(resource(options))
            .with_batch_exporter(self.logs)
            .build();
        (SdkTracerProvider::builder().with_span_processor(processor), self.metrics, loggers)
    }
}

/// A tracer provider that keeps a caller's decision to record, and decides by ratio for traces that begin here.
pub(super) fn tracers(builder: TracerProviderBuilder, options: &Options) -> SdkTracerProvider {
    let root = Sampler::TraceIdRatioBased(options.sample_ratio);
    builder.with_resource(resource(options)).with_sampler(Sampler::ParentBased(Box::new(root))).build()
}

pub(super) fn resource(options: &Options) -> Resource {
    let instance = options.instance.clone().map(|id| KeyValue::new("service.instance.id", id));
    Resource::builder()
        .with_service_name(options.service_name.clone())
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .with_attributes(instance)
        .build()
}
