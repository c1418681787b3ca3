//! One span a batch, linked to the trace of each of its events.

use std::collections::BTreeSet;

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;
use vigie_eventlog::RecordedEvent;

/// Links of one span, at most: OpenTelemetry drops the rest.
const LINKS_MAX: usize = 128;

/// The span of a batch's publication.
pub(super) fn publication(context: &str, events: &[RecordedEvent]) -> Span {
    let span = tracing::info_span!(
        "relay.publish",
        otel.kind = "producer",
        messaging.system = "kafka",
        messaging.batch.message_count = events.len(),
        vigie.context = context,
    );
    if !span.is_disabled() {
        let traceparents: BTreeSet<_> =
            events.iter().filter_map(|event| event.traceparent.as_deref()).collect();
        for cause in traceparents.into_iter().filter_map(span_context).take(LINKS_MAX) {
            span.add_link(cause);
        }
    }
    span
}

/// W3C trace context: `00-<trace id>-<span id>-<flags>`.
pub(super) fn span_context(traceparent: &str) -> Option<SpanContext> {
    let mut parts = traceparent.split('-');
    let (version, trace_id, span_id, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let well_formed = version.len() == 2 && trace_id.len() == 32 && span_id.len() == 16 && flags.len() == 2;
    let context = SpanContext::new(
        TraceId::from_hex(trace_id).ok()?,
        SpanId::from_hex(span_id).ok()?,
        TraceFlags::new(u8::from_str_radix(flags, 16).ok()?),
        true,
        TraceState::default(),
    );
    (well_formed && context.is_valid()).then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceparent_names_a_span() {
        let context = span_context("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").unwrap();
        assert_eq!(context.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(context.span_id().to_string(), "b7ad6b7169203331");
        assert!(context.is_sampled() && context.is_remote());
        for wrong in [
            "",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad-01",
            "x",
        ] {
            assert!(span_context(wrong).is_none(), "{wrong}");
        }
    }
}
