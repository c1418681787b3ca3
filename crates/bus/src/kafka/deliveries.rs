//! What is known of records that were sent.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use rdkafka::client::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::error::KafkaError;
use rdkafka::message::DeliveryResult;
use rdkafka::producer::ProducerContext;

use super::Logging;

/// The context of a producer whose records are counted by batch.
#[derive(Debug, Default, Clone)]
pub(super) struct Deliveries(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    /// The number of the oldest batch that is not acknowledged as a whole.
    oldest: usize,
    /// From the oldest batch on: how many of its records are not acknowledged.
    missing: VecDeque<usize>,
    acknowledged: usize,
    failed: Option<KafkaError>,
}

impl Deliveries {
    /// A batch of so many records is about to be sent; answers its number.
    pub(super) fn expect(&self, records: usize) -> usize {
        let mut counts = self.0.lock();
        counts.missing.push_back(records);
        counts.oldest.wrapping_add(counts.missing.len() - 1)
    }

    /// Whether the oldest batch is acknowledged as a whole; if so, the next one is the oldest.
    pub(super) fn pass_oldest(&self) -> bool {
        let mut counts = self.0.lock();
        let passed = counts.missing.front() == Some(&0);
        if passed {
            counts.missing.pop_front();
            counts.oldest = counts.oldest.wrapping_add(1);
        }
        passed
    }

    /// Records acknowledged so far.
    pub(super) fn acknowledged(&self) -> usize {
        self.0.lock().acknowledged
    }

    /// The first failure.
    pub(super) fn failure(&self) -> Option<KafkaError> {
        self.0.lock().failed.clone()
    }
}

impl ClientContext for Deliveries {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        Logging.log(level, facility, message);
    }

    fn error(&self, error: KafkaError, reason: &str) {
        // A fatal error is also the failure of the records that are under way.
        Logging.error(error, reason);
    }
}

impl ProducerContext for Deliveries {
    type DeliveryOpaque = usize;

    fn delivery(&self, result: &DeliveryResult<'_>, batch: usize) {
        let mut counts = self.0.lock();
        match result {
            Ok(_) => {
                counts.acknowledged = counts.acknowledged.wrapping_add(1);
                let place = batch.wrapping_sub(counts.oldest);
                if let Some(missing) = counts.missing.get_mut(place) {
                    *missing = missing.saturating_sub(1);
                }
            }
            Err((error, _)) => drop(counts.failed.get_or_insert_with(|| error.clone())),
        }
    }
}
