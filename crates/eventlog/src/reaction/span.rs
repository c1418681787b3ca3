//! The span of an attempt.

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt as _;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::Effect;
use crate::trace::span_context;

/// The span of an attempt: it continues the trace of the event.
pub(super) fn of(reaction: &'static str, effect: &Effect) -> Span {
    let span = tracing::info_span!(
        "reaction.carry_out",
        vigie.reaction = reaction,
        vigie.event_type = effect.event_type,
        vigie.request_id = %effect.request_id,
        vigie.attempt = effect.attempts,
        vigie.maybe_done = effect.maybe_done,
    );
    if let Some(cause) = effect.traceparent.as_deref().and_then(span_context)
        && !span.is_disabled()
    {
        // Fails where nobody collects traces, and then nothing is lost.
        let _ = span.set_parent(Context::new().with_remote_span_context(cause));
    }
    span
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::TracerProvider as _;
    use opentelemetry_sdk::trace::SdkTracerProvider;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    #[test]
    fn an_attempt_continues_the_trace_of_its_event() {
        let tracers = SdkTracerProvider::builder().build();
        let layer = tracing_opentelemetry::layer().with_tracer(tracers.tracer("test"));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned();
            let effect = Effect { traceparent: Some(traceparent), attempts: 1, ..Effect::of_first_event() };
            let context = of("notices.mail", &effect).context();
            let trace_id = context.span().span_context().trace_id();
            assert_eq!(trace_id.to_string(), "0af7651916cd43dd8448eb211c80319c");
        });
    }
}
