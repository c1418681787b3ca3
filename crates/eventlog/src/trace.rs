//! Work on events, told in the traces of those who caused them.
//!
//! A batch is many events' and one piece of work: it gets a span in each of their traces, so that one trace tells the whole
//! way of an event, from the call to the views.

use std::collections::BTreeSet;

use opentelemetry::global::{self, BoxedSpan};
use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt as _, TraceFlags, TraceId, TraceState,
    Tracer as _,
};
use opentelemetry::{Context, KeyValue};

use crate::event::RecordedEvent;

/// Traces that one batch is told in, at most.
const TRACES_MAX: usize = 128;

/// Spans that begin now and end when this is dropped.
#[derive(Debug)]
pub struct Spans(Vec<BoxedSpan>);

impl Spans {
    /// One for each recorded trace among `events`.
    pub fn begin(name: &'static str, kind: SpanKind, about: &[KeyValue], events: &[RecordedEvent]) -> Self {
        let traces: BTreeSet<_> = events.iter().filter_map(|event| event.traceparent.as_deref()).collect();
        let causes = traces.into_iter().filter_map(span_context).filter(SpanContext::is_sampled);
        let tracer = global::tracer("vigie");
        let mut about = about.to_vec();
        about.push(KeyValue::new("vigie.batch.events", i64::try_from(events.len()).unwrap_or(i64::MAX)));
        let spans = causes.take(TRACES_MAX).map(|cause| {
            let span = tracer.span_builder(name).with_kind(kind.clone()).with_attributes(about.clone());
            span.start_with_context(&tracer, &Context::new().with_remote_span_context(cause))
        });
        Self(spans.collect())
    }

    /// The work has failed.
    pub fn failed(&mut self) {
        self.0.iter_mut().for_each(|span| span.set_status(Status::error("")));
    }
}

/// W3C trace context: `00-<trace id>-<span id>-<flags>`.
pub(crate) fn span_context(traceparent: &str) -> Option<SpanContext> {
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
