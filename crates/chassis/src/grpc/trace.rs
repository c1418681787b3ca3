//! W3C trace context: in from callers, out to the events we write and the calls we make.

use http::HeaderMap;
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, TextMapPropagator};
use opentelemetry::trace::{SpanContext, TraceContextExt};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tonic::Request;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

use super::Deadline;

const TRACEPARENT: &str = "traceparent";

/// The present span as `traceparent`, for `Context.traceparent` of a command; `None` outside of a trace.
pub fn traceparent() -> Option<String> {
    Context::map_current(|context| write(context.span().span_context()))
}

/// Gives a call that we make what is left of `deadline`, and the present trace.
pub fn outgoing<T>(request: &mut Request<T>, deadline: Option<Deadline>) {
    if let Some(deadline) = deadline {
        deadline.propagate(request);
    }
    if let Some(value) = traceparent().and_then(|text| text.parse().ok()) {
        request.metadata_mut().insert(TRACEPARENT, value);
    }
}

/// Makes the caller's span the parent of `span`, which has not been entered yet.
pub(super) fn adopt(span: &Span, headers: &HeaderMap) {
    if span.is_disabled() || !headers.contains_key(TRACEPARENT) {
        return;
    }
    let parent = TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers(headers));
    if parent.span().span_context().is_valid() {
        // Fails where nobody collects traces, and then nothing is lost.
        let _ = span.set_parent(parent);
    }
}

fn write(span: &SpanContext) -> Option<String> {
    let flags = span.trace_flags().to_u8();
    span.is_valid().then(|| format!("00-{}-{}-{flags:02x}", span.trace_id(), span.span_id()))
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}
