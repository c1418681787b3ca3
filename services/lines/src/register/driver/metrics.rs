//! What the driver tells about itself.

use std::time::Duration;

use opentelemetry::metrics::{Counter, Histogram};
use opentelemetry::{KeyValue, global};

use crate::domain::ActKind;
use crate::register::Error;

#[derive(Clone, Debug)]
pub(crate) struct Metrics {
    confirmed: Histogram<f64>,
    calls: Histogram<f64>,
    unknown_effects: Counter<u64>,
    drift: Counter<u64>,
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

impl Metrics {
    pub(crate) fn new() -> Self {
        let meter = global::meter("vigie.lines.register");
        Self {
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
        }
    }

    pub(crate) fn confirmed(&self, kind: ActKind, took: Duration) {
        let kind = match kind {
            ActKind::Suspend => "suspend",
            ActKind::Reinstate => "reinstate",
            ActKind::ReplaceSim => "replace_sim",
            ActKind::Terminate => "terminate",
        };
        self.confirmed.record(took.as_secs_f64(), &[KeyValue::new("act", kind)]);
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

    pub(crate) fn drift(&self, towards: Towards, repaired: bool) {
        let attributes = [KeyValue::new("towards", towards.as_str()), KeyValue::new("repaired", repaired)];
        self.drift.add(1, &attributes);
    }
}
