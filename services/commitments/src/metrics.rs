//! What the ledger tells of itself.

use opentelemetry::metrics::{Gauge, Histogram, Meter};
use vigie_clock::Timestamp;
use vigie_eventlog::view::Batch;

use crate::view::Standing;

/// Instruments; all silent without a meter.
#[derive(Debug, Default)]
pub(crate) struct Metrics(Option<Instruments>);

#[derive(Debug)]
struct Instruments {
    lag: Histogram<f64>,
    position: Gauge<i64>,
    unknown_events: Gauge<i64>,
    parked_streams: Gauge<i64>,
}

impl Metrics {
    pub(crate) fn new(meter: Option<&Meter>) -> Self {
        Self(meter.map(|meter| {
            Instruments {
                lag: meter
                    .f64_histogram("vigie.commitments.projection_lag")
                    .with_unit("s")
                    .with_description("From an event's recorded_at to its effect in the ledger")
                    .build(),
                position: meter
                    .i64_gauge("vigie.commitments.position")
                    .with_description("Position of the lines log up to which the ledger has read")
                    .build(),
                unknown_events: meter
                    .i64_gauge("vigie.commitments.unknown_events")
                    .with_description("Events of a type that this build does not know, skipped")
                    .build(),
                parked_streams: meter
                    .i64_gauge("vigie.commitments.parked_streams")
                    .with_description("Lines that wait behind an event that cannot be read")
                    .build(),
            }
        }))
    }

    pub(crate) fn taken_in(&self, batch: &Batch, standing: &Standing, now: Timestamp) {
        let Some(instruments) = &self.0 else { return };
        if let Some(last) = batch.events.last() {
            instruments.lag.record(now.since(last.recorded_at).as_secs_f64(), &[]);
        }
        instruments.position.record(standing.checkpoint.position, &[]);
        instruments.unknown_events.record(standing.unknown_events, &[]);
        instruments.parked_streams.record(standing.parked_streams, &[]);
    }
}
