//! What a reader of a topic tells of itself.

use opentelemetry::metrics::Counter;
use opentelemetry::{KeyValue, global};

/// Why a record was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ignored {
    /// It came before.
    Repeated,
    /// It is no event of this context.
    Garbled,
    /// Too much waits for a missing one.
    NoRoom,
}

impl Ignored {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Repeated => "repeated",
            Self::Garbled => "garbled",
            Self::NoRoom => "no_room",
        }
    }
}

pub(super) struct FeedMetrics {
    reader: KeyValue,
    log: KeyValue,
    events: Counter<u64>,
    ignored: Counter<u64>,
}

impl FeedMetrics {
    pub(super) fn new(reader: &'static str, log: &str) -> Self {
        let meter = global::meter("vigie.bus");
        let metrics = Self {
            reader: KeyValue::new("reader", reader),
            log: KeyValue::new("log", log.to_owned()),
            events: meter
                .u64_counter("vigie.bus.consumer.events")
                .with_description(
                    "Events handed to a view, by where they came from: the topic, or the log itself",
                )
                .build(),
            ignored: meter
                .u64_counter("vigie.bus.consumer.ignored")
                .with_description("Records on a topic that were not taken, by reason")
                .build(),
        };
        // A counter that begins with its first incident shows no increase at it.
        for reason in [Ignored::Repeated, Ignored::Garbled, Ignored::NoRoom] {
            metrics.count(reason, 0);
        }
        metrics
    }

    pub(super) fn read_from_kafka(&self, events: usize) {
        self.read(events, "kafka");
    }

    pub(super) fn read_from_log(&self, events: usize) {
        self.read(events, "log");
    }

    fn read(&self, events: usize, from: &'static str) {
        self.events.add(events as u64, &self.labels("from", from));
    }

    pub(super) fn ignored(&self, reason: Ignored) {
        self.count(reason, 1);
    }

    fn count(&self, reason: Ignored, records: u64) {
        self.ignored.add(records, &self.labels("reason", reason.as_str()));
    }

    fn labels(&self, key: &'static str, value: &'static str) -> [KeyValue; 3] {
        [self.reader.clone(), self.log.clone(), KeyValue::new(key, value)]
    }
}
