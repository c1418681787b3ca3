//! What blocking tells of itself.

use opentelemetry::metrics::{Counter, Histogram};
use opentelemetry::{KeyValue, global};
use vigie_clock::Timestamp;

/// Instruments of the block list.
#[derive(Clone, Debug)]
pub(super) struct Metrics {
    margin: Histogram<f64>,
    late: Counter<u64>,
    calls: Counter<u64>,
}

/// One hour, one and more days: the term is some days long.
const MARGIN_BOUNDS_S: [f64; 7] = [0.0, 3_600.0, 21_600.0, 86_400.0, 172_800.0, 345_600.0, 604_800.0];

impl Metrics {
    pub(super) fn new() -> Self {
        let meter = global::meter("vigie.lines.block_list");
        Self {
            margin: meter
                .f64_histogram("vigie.block_list.margin")
                .with_unit("s")
                .with_description("Left until the deadline when a stolen handset was known to be blocked")
                .with_boundaries(MARGIN_BOUNDS_S.to_vec())
                .build(),
            late: meter
                .u64_counter("vigie.block_list.late")
                .with_description("Stolen handsets that were blocked after their deadline")
                .build(),
            calls: meter
                .u64_counter("vigie.block_list.calls")
                .with_description("Calls to the block list, by call and result")
                .build(),
        }
    }

    /// A handset is known to be blocked.
    pub(super) fn blocked(&self, due_at: Timestamp, blocked_at: Timestamp) {
        self.margin.record(due_at.since(blocked_at).as_secs_f64(), &[]);
        if blocked_at >= due_at {
            self.late.add(1, &[]);
        }
    }

    pub(super) fn call<T, E>(&self, call: &'static str, result: &Result<T, E>) {
        let result = if result.is_ok() { "ok" } else { "failed" };
        self.calls.add(1, &[KeyValue::new("call", call), KeyValue::new("result", result)]);
    }
}
