//! What the driver tells about itself.

use std::time::Duration;

use opentelemetry::metrics::{Counter, Gauge, Histogram};
use opentelemetry::{KeyValue, global};
use vigie_clock::Timestamp;

use crate::domain::{Act, ActKind, Reason};
use crate::register::Error;

#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    confirmed: Histogram<f64>,
    calls: Histogram<f64>,
    unknown_effects: Counter<u64>,
    drift: Counter<u64>,
    compared_at: Gauge<f64>,
}

/// Which way a difference is to be put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Towards {
    /// The line must be barred and is not.
    Barred,
    /// The line must be open and is not.
    Open,
}

impl Towards {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Barred => "barred",
            Self::Open => "open",
        }
    }
}

/// What a difference is explained by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FoundBy {
    /// A watch: a write of ours landed late.
    Watch,
    /// A comparison: nothing of ours explains it.
    Comparison,
}

impl FoundBy {
    const ALL: [Self; 2] = [Self::Watch, Self::Comparison];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Watch => "watch",
            Self::Comparison => "comparison",
        }
    }
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let meter = global::meter("vigie.lines.register");
        let metrics = Self {
            confirmed: meter
                .f64_histogram("vigie.suspend.confirmed.duration")
                .with_unit("s")
                .with_description("From T0, the request's arrival, to T1, the recorded confirmation")
                .with_boundaries(vec![
                    0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0,
                    600.0,
                ])
                .build(),
            calls: meter
                .f64_histogram("vigie.register.call.duration")
                .with_unit("s")
                .with_description("One call to the register")
                .with_boundaries(vec![
                    0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0,
                ])
                .build(),
            unknown_effects: meter
                .u64_counter("vigie.register.unknown_effects")
                .with_description("Writes that may land late")
                .build(),
            drift: meter
                .u64_counter("vigie.register.drift")
                .with_description("Differences between register and record that no command waits for")
                .build(),
            compared_at: meter
                .f64_gauge("vigie.register.compared_at")
                .with_unit("s")
                .with_description("When all lines were last compared with the register, Unix time")
                .build(),
        };
        // A counter that begins with its first incident shows no increase at it.
        metrics.unknown_effects.add(0, &[]);
        for found_by in FoundBy::ALL {
            for towards in [Towards::Barred, Towards::Open] {
                metrics.count_drift(0, found_by, towards, true);
                metrics.count_drift(0, found_by, towards, false);
            }
        }
        metrics
    }

    /// `act` was confirmed so long after its T0.
    pub(crate) fn confirmed(&self, act: &Act, took: Duration) {
        let kind = match act.kind {
            ActKind::Suspend => "suspend",
            ActKind::Reinstate => "reinstate",
            ActKind::ReplaceSim => "replace_sim",
            ActKind::Terminate => "terminate",
        };
        let promise = if act.reason.is_some_and(Reason::is_loss_or_theft) { "9.3" } else { "none" };
        let attributes = [KeyValue::new("act", kind), KeyValue::new("promise", promise)];
        self.confirmed.record(took.as_secs_f64(), &attributes);
    }

    pub(crate) fn call<T>(&self, call: &'static str, took: Duration, result: &Result<T, Error>) {
        let outcome = match result {
            Ok(_) => "ok",
            Err(Error::Unreachable { .. }) => "unreachable",
            Err(Error::NoSuchSubscriber) => "no_such_subscriber",
            Err(Error::Refused(_)) => "refused",
            Err(Error::NumberTaken) => "number_taken",
            Err(Error::UnknownEffect { .. }) => "unknown_effect",
            Err(Error::Timeout(_)) => "timeout",
            Err(Error::Garbled { .. }) => "garbled",
        };
        let attributes = [KeyValue::new("call", call), KeyValue::new("outcome", outcome)];
        self.calls.record(took.as_secs_f64(), &attributes);
        if matches!(result, Err(Error::UnknownEffect { .. })) {
            self.unknown_effects.add(1, &[]);
        }
    }

    pub(crate) fn drift(&self, found_by: FoundBy, towards: Towards, repaired: bool) {
        self.count_drift(1, found_by, towards, repaired);
    }

    fn count_drift(&self, lines: u64, found_by: FoundBy, towards: Towards, repaired: bool) {
        let attributes = [
            KeyValue::new("found_by", found_by.as_str()),
            KeyValue::new("towards", towards.as_str()),
            KeyValue::new("repaired", repaired),
        ];
        self.drift.add(lines, &attributes);
    }

    /// A comparison of all lines came to its end.
    pub(crate) fn compared(&self, now: Timestamp) {
        self.compared_at.record(now.as_micros() as f64 / 1e6, &[]);
    }
}
