//! What timers tell of themselves, under their log and the kind of their streams.

use std::time::Duration;

use opentelemetry::metrics::{Counter, Gauge, Histogram};
use opentelemetry::{KeyValue, global};

#[derive(Debug)]
pub(super) struct Metrics {
    about: [KeyValue; 2],
    lateness: Histogram<f64>,
    failures: Counter<u64>,
    overdue: Gauge<f64>,
    resting: Gauge<u64>,
}

impl Metrics {
    pub(super) fn new(log: &str, kind: &'static str) -> Self {
        let meter = global::meter("vigie.eventlog");
        let metrics = Self {
            about: [KeyValue::new("log", log.to_owned()), KeyValue::new("kind", kind)],
            lateness: meter
                .f64_histogram("vigie.eventlog.timer.lateness")
                .with_unit("s")
                .with_description(
                    "From the instant at which a timer was due to the commit of what came of it",
                )
                .with_boundaries(vec![
                    0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 3600.0,
                ])
                .build(),
            failures: meter
                .u64_counter("vigie.eventlog.timer.failures")
                .with_description("Tries of this process to wake a stream that failed")
                .build(),
            overdue: meter
                .f64_gauge("vigie.eventlog.timer.overdue")
                .with_unit("s")
                .with_description("How long the most overdue timer has been due; 0 without")
                .build(),
            resting: meter
                .u64_gauge("vigie.eventlog.timer.resting")
                .with_description("Timers that could not wake their streams and will be tried again")
                .build(),
        };
        // A counter that begins with its first incident shows no increase at it.
        metrics.failures.add(0, &metrics.about);
        metrics
    }

    pub(super) fn woken(&self, lateness: Duration) {
        self.lateness.record(lateness.as_secs_f64(), &self.about);
    }

    pub(super) fn failed(&self) {
        self.failures.add(1, &self.about);
    }

    /// At the begin of each sweep.
    pub(super) fn stands(&self, overdue: Duration, resting: usize) {
        self.overdue.record(overdue.as_secs_f64(), &self.about);
        self.resting.record(resting as u64, &self.about);
    }
}
