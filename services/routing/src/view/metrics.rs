//! What the view tells of itself.

use opentelemetry::global;
use opentelemetry::metrics::{Gauge, Histogram};
use vigie_clock::Timestamp;
use vigie_eventlog::RecordedEvent;

/// Instruments of the view.
#[derive(Clone, Debug)]
pub(super) struct Metrics {
    lag: Histogram<f64>,
    position: Gauge<i64>,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let meter = global::meter("vigie.routing.view");
        Self {
            lag: meter
                .f64_histogram("vigie.routing.projection_lag")
                .with_unit("s")
                .with_description("From an event's recorded_at to its row in lists")
                .build(),
            position: meter
                .i64_gauge("vigie.routing.view_position")
                .with_description("Position of the log up to which lists are")
                .build(),
        }
    }

    /// A batch, at least one event, is in.
    pub(super) fn taken_in(&self, events: &[RecordedEvent], now: Timestamp) {
        let Some(last) = events.last() else { return };
        self.lag.record(now.since(last.recorded_at).as_secs_f64(), &[]);
        self.position.record(last.position, &[]);
    }
}
