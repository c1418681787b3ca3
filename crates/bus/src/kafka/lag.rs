//! How far a relay is behind its log, for metrics.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry::metrics::Counter;
use opentelemetry::{KeyValue, global};
use vigie_clock::{Clock, Timestamp};
use vigie_eventlog::{Checkpoint, EventLog};

use super::Error;
use super::lease::Place;

/// How often it is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// What a relay tells about itself.
#[derive(Clone)]
pub(super) struct Lag {
    log: KeyValue,
    published: Counter<u64>,
    known: Arc<Known>,
}

/// What is read when the metrics are.
struct Known {
    clock: Arc<dyn Clock>,
    events: AtomicU64,
    /// When the oldest event that is not on Kafka was recorded; 0 if there is none.
    oldest_micros: AtomicI64,
    epoch: AtomicI64,
    is_leader: AtomicBool,
}

impl Lag {
    pub(super) fn new(log: &str, clock: Arc<dyn Clock>) -> Self {
        let log = KeyValue::new("log", log.to_owned());
        let known = Arc::new(Known {
            clock,
            events: AtomicU64::new(0),
            oldest_micros: AtomicI64::new(0),
            epoch: AtomicI64::new(0),
            is_leader: AtomicBool::new(false),
        });
        let published = global::meter("vigie.bus")
            .u64_counter("vigie.bus.relay.published")
            .with_description("Events that this process carried to Kafka")
            .build();
        known.observe(&log);
        Self { log, published, known }
    }

    pub(super) fn published(&self, events: usize) {
        self.published.add(events as u64, std::slice::from_ref(&self.log));
    }

    pub(super) fn leads(&self, epoch: i64) {
        self.known.epoch.store(epoch, Ordering::Relaxed);
        self.known.is_leader.store(true, Ordering::Relaxed);
    }

    pub(super) fn leads_no_more(&self) {
        self.known.is_leader.store(false, Ordering::Relaxed);
    }

    /// Compares the log's head with what is on Kafka, whoever carried it there.
    pub(super) async fn watch(&self, log: &EventLog, place: &Place) -> Infallible {
        loop {
            if let Err(error) = self.look(log, place).await {
                // What is known grows older, and with it the lag in seconds.
                tracing::debug!(error = &error as &dyn std::error::Error, "the relay's lag is not known now");
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    async fn look(&self, log: &EventLog, place: &Place) -> Result<(), Error> {
        let stand = place.stand().await?;
        let cursor = stand.map_or(Checkpoint::START, |stand| stand.cursor);
        let head = log.head().await?;
        let oldest = if head.position > cursor.position {
            log.event_at(cursor.position + 1).await?.map(|event| event.recorded_at)
        } else {
            None
        };
        let events = u64::try_from(head.position - cursor.position).unwrap_or(0);
        self.known.events.store(events, Ordering::Relaxed);
        self.known.oldest_micros.store(oldest.unwrap_or_default().as_micros(), Ordering::Relaxed);
        self.known.epoch.store(stand.map_or(0, |stand| stand.epoch), Ordering::Relaxed);
        Ok(())
    }
}

impl Known {
    fn seconds(&self) -> f64 {
        match self.oldest_micros.load(Ordering::Relaxed) {
            0 => 0.0,
            oldest => self.clock.now().since(Timestamp::from_micros(oldest)).as_secs_f64(),
        }
    }

    fn observe(self: &Arc<Self>, log: &KeyValue) {
        let meter = global::meter("vigie.bus");
        type Gauge = (&'static str, &'static str, &'static str, fn(&Known) -> f64);
        #[allow(clippy::cast_precision_loss, reason = "a metric")]
        let gauges: [Gauge; 4] = [
            ("vigie.bus.relay.lag", "s", "Age of the oldest event that is not on Kafka", Self::seconds),
            ("vigie.bus.relay.lag.events", "", "Events that are not on Kafka", |known| {
                known.events.load(Ordering::Relaxed) as f64
            }),
            ("vigie.bus.relay.epoch", "", "How often the relay changed hands", |known| {
                known.epoch.load(Ordering::Relaxed) as f64
            }),
            ("vigie.bus.relay.is_leader", "", "1 if this process carries the log to Kafka", |known| {
                f64::from(known.is_leader.load(Ordering::Relaxed))
            }),
        ];
        for (name, unit, description, value) in gauges {
            let (known, log) = (Arc::downgrade(self), log.clone());
            let gauge = meter.f64_observable_gauge(name).with_description(description).with_unit(unit);
            let gauge = gauge.with_callback(move |observer| {
                if let Some(known) = known.upgrade() {
                    observer.observe(value(&known), std::slice::from_ref(&log));
                }
            });
            let _ = gauge.build();
        }
    }
}

#[cfg(test)]
mod tests {
    use vigie_clock::ManualClock;

    use super::*;

    #[test]
    fn the_lag_grows_while_nothing_more_is_known() {
        let clock = Arc::new(ManualClock::at(Timestamp::from_micros(10_000_000)));
        let lag = Lag::new("lines", clock.clone());
        assert_eq!(lag.known.seconds(), 0.0, "nothing waits");
        lag.known.oldest_micros.store(9_000_000, Ordering::Relaxed);
        assert_eq!(lag.known.seconds(), 1.0);
        clock.advance(Duration::from_secs(60));
        assert_eq!(lag.known.seconds(), 61.0);
    }
}
