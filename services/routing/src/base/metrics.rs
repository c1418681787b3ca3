//! What the base tells of itself.

use std::time::Duration;

use opentelemetry::metrics::Histogram;
use opentelemetry::{KeyValue, global};

use super::memory::Size;

const METER: &str = "vigie.routing.base";

/// Instruments of the base.
#[derive(Clone, Debug)]
pub(super) struct Metrics {
    lag: Histogram<f64>,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let lag = global::meter(METER)
            .f64_histogram("vigie.routing.base_lag")
            .with_unit("s")
            .with_description("From an event's recorded_at to its effect on routing decisions")
            .build();
        Self { lag }
    }

    /// A batch is in, whose last event is so old.
    pub(super) fn lag(&self, lag: Duration) {
        self.lag.record(lag.as_secs_f64(), &[]);
    }
}

/// Shows how large the base is whenever somebody looks: its size, its bytes, and how many streams are left behind. `look`
/// gives nothing once the base is gone.
pub(super) fn observe(look: impl Fn() -> Option<(Size, usize, usize)> + Clone + Send + Sync + 'static) {
    let meter = global::meter(METER);
    let records = look.clone();
    let _ = meter
        .u64_observable_gauge("vigie.routing.base_records")
        .with_description("Records in the base, by kind")
        .with_callback(move |observer| {
            let Some((size, ..)) = records() else { return };
            let Size { accounts, people, staff, desks, points } = size;
            let counts = [
                ("account", accounts),
                ("person", people),
                ("staff_member", staff),
                ("desk", desks),
                ("contact_point", points),
            ];
            for (kind, count) in counts {
                observer.observe(count as u64, &[KeyValue::new("kind", kind)]);
            }
        })
        .build();
    let memory = look.clone();
    let _ = meter
        .u64_observable_gauge("vigie.routing.base_memory")
        .with_unit("By")
        .with_description("Memory of the base, indexes included")
        .with_callback(move |observer| {
            if let Some((_, bytes, _)) = memory() {
                observer.observe(bytes as u64, &[]);
            }
        })
        .build();
    let _ = meter
        .u64_observable_gauge("vigie.routing.base_streams_aside")
        .with_description("Streams that the base left as they were behind an event that it cannot read")
        .with_callback(move |observer| {
            if let Some((_, _, aside)) = look() {
                observer.observe(aside as u64, &[]);
            }
        })
        .build();
}
