//! What the writer tells about itself.

use std::time::Duration;

use opentelemetry::global;
use opentelemetry::metrics::{Counter, Histogram};

#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    batch_items: Histogram<u64>,
    commit_seconds: Histogram<f64>,
    events: Counter<u64>,
    unknown_outcomes: Counter<u64>,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let meter = global::meter("vigie.eventlog");
        Self {
            batch_items: meter
                .u64_histogram("vigie.eventlog.batch.items")
                .with_description("Appends per transaction")
                .with_boundaries(vec![1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0])
                .build(),
            commit_seconds: meter
                .f64_histogram("vigie.eventlog.commit.duration")
                .with_unit("s")
                .with_description("From the statement's start to its durable end")
                .with_boundaries(vec![
                    0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.0,
                ])
                .build(),
            events: meter
                .u64_counter("vigie.eventlog.events")
                .with_description("Events appended by this process")
                .build(),
            unknown_outcomes: meter
                .u64_counter("vigie.eventlog.unknown_outcomes")
                .with_description("Commits whose outcome had to be found out")
                .build(),
        }
    }

    pub(crate) fn batch(&self, items: usize) {
        self.batch_items.record(items as u64, &[]);
    }

    pub(crate) fn commit(&self, took: Duration) {
        self.commit_seconds.record(took.as_secs_f64(), &[]);
    }

    pub(crate) fn events(&self, count: usize) {
        self.events.add(count as u64, &[]);
    }

    pub(crate) fn unknown_outcome(&self) {
        self.unknown_outcomes.add(1, &[]);
    }
}
