//! What a log tells about itself.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::metrics::{Counter, Histogram};
use opentelemetry::{KeyValue, global};

use crate::log::Inner;

const METER: &str = "vigie.eventlog";

#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    /// Which log: a process may have several.
    log: KeyValue,
    batch_items: Histogram<u64>,
    commit_seconds: Histogram<f64>,
    events: Counter<u64>,
    unknown_outcomes: Counter<u64>,
    queue_full: Counter<u64>,
}

impl Metrics {
    pub(crate) fn new(log: &str) -> Self {
        let meter = global::meter(METER);
        let metrics = Self {
            log: KeyValue::new("log", log.to_owned()),
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
            queue_full: meter
                .u64_counter("vigie.eventlog.queue_full")
                .with_description("Appends refused because too many were waiting")
                .build(),
        };
        // A counter that begins with its first incident shows no increase at it.
        metrics.unknown_outcomes.add(0, metrics.about());
        metrics.queue_full.add(0, metrics.about());
        metrics
    }

    fn about(&self) -> &[KeyValue] {
        std::slice::from_ref(&self.log)
    }

    pub(crate) fn batch(&self, items: usize) {
        self.batch_items.record(items as u64, self.about());
    }

    pub(crate) fn commit(&self, took: Duration) {
        self.commit_seconds.record(took.as_secs_f64(), self.about());
    }

    pub(crate) fn events(&self, count: usize) {
        self.events.add(count as u64, self.about());
    }

    pub(crate) fn unknown_outcome(&self) {
        self.unknown_outcomes.add(1, self.about());
    }

    pub(crate) fn queue_full(&self) {
        self.queue_full.add(1, self.about());
    }
}

/// Shows where the log stands whenever somebody looks, until it is dropped.
pub(crate) fn observe(log: &Arc<Inner>) {
    let meter = global::meter(METER);
    let seen = Arc::downgrade(log);
    let position = meter
        .i64_observable_gauge("vigie.eventlog.position")
        .with_description("Position of the newest event that this process knows of")
        .with_callback(move |observer| {
            if let Some(log) = seen.upgrade() {
                observer.observe(log.published.borrow().position, log.metrics.about());
            }
        });
    let _ = position.build();
    let seen = Arc::downgrade(log);
    let queued = meter
        .u64_observable_gauge("vigie.eventlog.queued")
        .with_description("Appends that wait for the writer")
        .with_callback(move |observer| {
            let Some(log) = seen.upgrade() else { return };
            for (lane, appends) in log.waiting().into_iter().flatten() {
                observer.observe(appends as u64, &[log.metrics.log.clone(), KeyValue::new("lane", lane)]);
            }
        });
    let _ = queued.build();
}
