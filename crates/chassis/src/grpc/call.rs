//! What is recorded of a call: a span, a duration, and one log line if it fails.

use std::sync::Arc;

use http::HeaderMap;
use opentelemetry::metrics::{Histogram, Meter};
use opentelemetry::{KeyValue, StringValue};
use tokio::time::Instant;
use tonic::Code;
use tracing::field::Empty;
use tracing::{Span, debug, error, info, info_span, warn};

use super::status::{Outcome, code_name};
use super::trace;

/// Stands for every path that is not an RPC of ours, so that callers cannot make metrics without end.
const OTHER: &str = "_OTHER";

/// The instruments of all calls.
#[derive(Clone, Debug)]
pub(crate) struct Recorder {
    duration: Histogram<f64>,
}

impl Recorder {
    pub(crate) fn new(meter: &Meter) -> Self {
        let duration = meter
            .f64_histogram("rpc.server.call.duration")
            .with_unit("s")
            .with_description("From a call's arrival to the end of its answer")
            .build();
        Self { duration }
    }
}

/// One call, from its arrival to the end of its answer. Dropped before its end it counts as cancelled.
pub(super) struct Call {
    recorder: Recorder,
    /// `vigie.lines.v1.LineService/SuspendLine`
    method: StringValue,
    began: Instant,
    span: Span,
    ended: bool,
}

impl Call {
    /// `method` as the rules know it, if they do.
    pub(super) fn begin(
        recorder: &Recorder,
        method: Option<&Arc<str>>,
        headers: &HeaderMap,
        began: Instant,
    ) -> Self {
        let method = method.map_or_else(|| StringValue::from(OTHER), |method| Arc::clone(method).into());
        let span = info_span!(
            target: "vigie::rpc",
            "rpc",
            otel.name = method.as_str(),
            otel.kind = "server",
            otel.status_code = Empty,
            rpc.system.name = "grpc",
            rpc.method = method.as_str(),
            rpc.response.status_code = Empty,
        );
        trace::adopt(&span, headers);
        Self { recorder: recorder.clone(), method, began, span, ended: false }
    }

    pub(super) fn span(&self) -> &Span {
        &self.span
    }

    /// Records how the call ended; the first time counts.
    pub(super) fn end(&mut self, outcome: Outcome) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let seconds = self.began.elapsed().as_secs_f64();
        let attributes = [
            KeyValue::new("rpc.system.name", "grpc"),
            KeyValue::new("rpc.method", self.method.clone()),
            KeyValue::new("rpc.response.status_code", code_name(outcome.code)),
        ];
        self.recorder.duration.record(seconds, &attributes);
        self.span.record("rpc.response.status_code", code_name(outcome.code));
        if outcome.code != Code::Ok {
            self.log(outcome, seconds);
        }
    }

    /// One line, without the error's message: that may quote what the caller sent.
    fn log(&self, outcome: Outcome, seconds: f64) {
        let _entered = self.span.enter();
        let method = self.method.as_str();
        let code = code_name(outcome.code);
        let reason = outcome.reason.map_or("", |reason| reason.as_str());
        let duration_ms = seconds * 1e3;
        match outcome.code {
            Code::Internal | Code::Unknown | Code::DataLoss => {
                self.span.record("otel.status_code", "ERROR");
                error!(target: "vigie::rpc", method, code, reason, duration_ms, "call failed");
            }
            Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted => {
                self.span.record("otel.status_code", "ERROR");
                warn!(target: "vigie::rpc", method, code, reason, duration_ms, "call failed");
            }
            Code::Cancelled => {
                debug!(target: "vigie::rpc", method, code, reason, duration_ms, "call cancelled")
            }
            _ => info!(target: "vigie::rpc", method, code, reason, duration_ms, "call refused"),
        }
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.end(Outcome::CANCELLED);
    }
}
