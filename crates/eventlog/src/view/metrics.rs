//! What every view tells of itself, under its name.

use opentelemetry::metrics::Gauge;
use opentelemetry::{KeyValue, global};

use super::State;

pub(super) struct Metrics {
    view: KeyValue,
    /// Positions are of one log.
    log: KeyValue,
    position: Gauge<i64>,
    stopped: Gauge<u64>,
    dead_letters: Gauge<u64>,
}

impl Metrics {
    /// `name` is for people, with its article: `the ledger`.
    pub(super) fn new(name: &'static str, log: &str) -> Self {
        let meter = global::meter("vigie.view");
        Self {
            view: KeyValue::new("view", name.strip_prefix("the ").unwrap_or(name)),
            log: KeyValue::new("log", log.to_owned()),
            position: meter
                .i64_gauge("vigie.view.position")
                .with_description("Position of the log up to which the view has read")
                .build(),
            stopped: meter
                .u64_gauge("vigie.view.stopped")
                .with_description("1 if the view waits for a person")
                .build(),
            dead_letters: meter
                .u64_gauge("vigie.bus.dead_letters")
                .with_description("Streams that wait behind an event that the view cannot take in")
                .build(),
        }
    }

    pub(super) fn came_to(&self, position: i64) {
        self.position.record(position, &[self.view.clone(), self.log.clone()]);
    }

    /// For a view that parks; one that does not shows no dead letters, not none of them.
    pub(super) fn dead_letters(&self, parked: usize) {
        self.dead_letters.record(parked as u64, std::slice::from_ref(&self.view));
    }

    pub(super) fn is(&self, state: &State) {
        self.stopped.record(matches!(state, State::Stopped { .. }).into(), std::slice::from_ref(&self.view));
    }
}
