//! What the view tells of itself, beside what every view of a log tells.

use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter, UpDownCounter};
use vigie_clock::Timestamp;
use vigie_eventlog::view::Batch;

use crate::view::Standing;

/// Instruments; all silent without a meter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Metrics(Option<Instruments>);

#[derive(Clone, Debug)]
struct Instruments {
    lag: Histogram<f64>,
    position: Gauge<i64>,
    unknown_events: Gauge<i64>,
    parked_streams: Gauge<i64>,
    watches: UpDownCounter<i64>,
    slow_readers: Counter<u64>,
}

impl Metrics {
    pub(crate) fn new(meter: Option<&Meter>) -> Self {
        Self(meter.map(|meter| {
            Instruments {
                lag: meter
                    .f64_histogram("vigie.progress.projection_lag")
                    .with_unit("s")
                    .with_description("From an event's recorded_at to its entry in the timeline")
                    .build(),
                position: meter
                    .i64_gauge("vigie.progress.position")
                    .with_description("Position of the lines log up to which the view has read")
                    .build(),
                unknown_events: meter
                    .i64_gauge("vigie.progress.unknown_events")
                    .with_description(
                        "Events of a type that this build does not know: shown, not interpreted",
                    )
                    .build(),
                parked_streams: meter
                    .i64_gauge("vigie.progress.parked_streams")
                    .with_description("Lines that wait behind an event that cannot be read")
                    .build(),
                watches: meter
                    .i64_up_down_counter("vigie.progress.watches")
                    .with_description("Watches of a line under way")
                    .build(),
                slow_readers: meter
                    .u64_counter("vigie.progress.slow_readers")
                    .with_description("Watches dropped because their reader took nothing")
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

    /// A watch begins; it ends when what this gives is dropped.
    pub(crate) fn watch(&self) -> Watching {
        let watches = self.0.as_ref().map(|instruments| instruments.watches.clone());
        if let Some(watches) = &watches {
            watches.add(1, &[]);
        }
        Watching(watches)
    }

    pub(crate) fn slow_reader(&self) {
        if let Some(instruments) = &self.0 {
            instruments.slow_readers.add(1, &[]);
        }
    }
}

/// A watch under way.
pub(crate) struct Watching(Option<UpDownCounter<i64>>);

impl Drop for Watching {
    fn drop(&mut self) {
        if let Some(watches) = &self.0 {
            watches.add(-1, &[]);
        }
    }
}
