//! What the ledger tells of itself.

use std::sync::Mutex;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Gauge, Histogram, Meter};
use vigie_clock::Timestamp;
use vigie_eventlog::view::Batch;

use crate::domain::Characteristic;
use crate::domain::promise::Log;
use crate::view::Standing;

/// Cases are counted so often at most: it reads an index of all of them.
const COUNT_EVERY: Duration = Duration::from_secs(60);

/// Instruments; all silent without a meter.
#[derive(Debug, Default)]
pub(crate) struct Metrics(Option<Instruments>);

#[derive(Debug)]
struct Instruments {
    log: Log,
    counted_at: Mutex<Option<Timestamp>>,
    cases: Gauge<i64>,
    lag: Histogram<f64>,
    position: Gauge<i64>,
    unknown_events: Gauge<i64>,
    parked_streams: Gauge<i64>,
}

impl Metrics {
    pub(crate) fn new(meter: Option<&Meter>, log: Log) -> Self {
        Self(meter.map(|meter| {
            Instruments {
                log,
                counted_at: Mutex::new(None),
                cases: meter
                    .i64_gauge("vigie.commitments.cases")
                    .with_description("Cases of a characteristic by verdict, counted once a minute")
                    .build(),
                lag: meter
                    .f64_histogram("vigie.commitments.projection_lag")
                    .with_unit("s")
                    .with_description("From an event's recorded_at to its effect in the ledger")
                    .build(),
                position: meter
                    .i64_gauge("vigie.commitments.position")
                    .with_description("Position of the log up to which the ledger has read")
                    .build(),
                unknown_events: meter
                    .i64_gauge("vigie.commitments.unknown_events")
                    .with_description("Events of a type that this build does not know, skipped")
                    .build(),
                parked_streams: meter
                    .i64_gauge("vigie.commitments.parked_streams")
                    .with_description("Streams that wait behind an event that cannot be read")
                    .build(),
            }
        }))
    }

    pub(crate) fn taken_in(&self, batch: &Batch, standing: &Standing, now: Timestamp) {
        let Some(instruments) = &self.0 else { return };
        let log = [KeyValue::new("log", instruments.log.as_str())];
        if let Some(last) = batch.events.last() {
            instruments.lag.record(now.since(last.recorded_at).as_secs_f64(), &log);
        }
        instruments.position.record(standing.checkpoint.position, &log);
        instruments.unknown_events.record(standing.unknown_events, &log);
        instruments.parked_streams.record(standing.parked_streams, &log);
    }

    /// Whether the cases are to be counted now; from then on they are.
    pub(crate) fn counts(&self, now: Timestamp) -> bool {
        let Some(instruments) = &self.0 else { return false };
        let Ok(mut counted_at) = instruments.counted_at.lock() else { return false };
        let is_due = counted_at.is_none_or(|counted_at| now.since(counted_at) >= COUNT_EVERY);
        if is_due {
            *counted_at = Some(now);
        }
        is_due
    }

    /// Cases by characteristic and verdict.
    pub(crate) fn counted(&self, tallies: &[(String, String, i64)]) {
        let Some(instruments) = &self.0 else { return };
        for (characteristic, verdict, cases) in tallies {
            let of_this_log =
                Characteristic::named(characteristic).filter(|found| found.log == instruments.log);
            if let Some(found) = of_this_log {
                let labels =
                    [KeyValue::new("characteristic", found.name), KeyValue::new("verdict", verdict.clone())];
                instruments.cases.record(*cases, &labels);
            }
        }
    }
}
