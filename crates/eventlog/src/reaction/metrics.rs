//! What a reaction tells of itself, under its name. How its cursor does, it tells as every view does.

use opentelemetry::metrics::{Counter, Gauge};
use opentelemetry::{KeyValue, global};
use vigie_clock::Timestamp;

use super::Outcome;
use super::queue::Unfinished;

pub(super) struct Metrics {
    reaction: KeyValue,
    pending: Gauge<i64>,
    waiting: Gauge<i64>,
    age: Gauge<f64>,
    attempts: Counter<u64>,
}

impl Metrics {
    pub(super) fn new(name: &'static str) -> Self {
        let meter = global::meter("vigie.reaction");
        let metrics = Self {
            reaction: KeyValue::new("reaction", name),
            pending: meter
                .i64_gauge("vigie.reaction.pending")
                .with_description("Effects to carry out")
                .build(),
            waiting: meter
                .i64_gauge("vigie.reaction.waiting")
                .with_description("Effects that wait for a person")
                .build(),
            age: meter
                .f64_gauge("vigie.reaction.age")
                .with_unit("s")
                .with_description("Age of the oldest event with an effect to carry out; 0 without")
                .build(),
            attempts: meter
                .u64_counter("vigie.reaction.attempts")
                .with_description("Attempts that this process has made, by how they ended")
                .build(),
        };
        // A counter that begins with its first incident shows no increase at it.
        for outcome in ["done", "failed", "unknown", "refused"] {
            metrics.attempts.add(0, &[metrics.reaction.clone(), KeyValue::new("outcome", outcome)]);
        }
        metrics
    }

    pub(super) fn unfinished(&self, unfinished: &Unfinished, now: Timestamp) {
        let reaction = std::slice::from_ref(&self.reaction);
        self.pending.record(unfinished.pending, reaction);
        self.waiting.record(unfinished.waiting, reaction);
        let age = unfinished.oldest.map_or(0.0, |oldest| now.since(oldest).as_secs_f64());
        self.age.record(age, reaction);
    }

    pub(super) fn attempt(&self, outcome: &Outcome) {
        let outcome = match outcome {
            Outcome::Done => "done",
            Outcome::Failed(_) => "failed",
            Outcome::Unknown(_) => "unknown",
            Outcome::Refused(_) => "refused",
        };
        self.attempts.add(1, &[self.reaction.clone(), KeyValue::new("outcome", outcome)]);
    }
}
