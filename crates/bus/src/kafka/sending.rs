//! Handing records to librdkafka, whose calls do not wait for room.

use std::time::Duration;

use rdkafka::error::RDKafkaErrorCode;
use rdkafka::message::OwnedHeaders;
use rdkafka::producer::{BaseProducer, BaseRecord};
use tokio::time::Instant;

use super::Error;
use super::deliveries::Deliveries;
use crate::Record;

/// Hands a record of `batch` over; waits for room until `deadline`.
pub(super) fn send(
    producer: &BaseProducer<Deliveries>,
    topic: &str,
    record: &Record<'_>,
    headers: OwnedHeaders,
    batch: usize,
    deadline: Instant,
) -> Result<(), Error> {
    let mut message = BaseRecord::<[u8], [u8], usize>::with_opaque_to(topic, batch)
        .key(record.key.as_ref())
        .payload(record.payload.as_ref())
        .headers(headers);
    loop {
        match producer.send(message) {
            Ok(()) => return Ok(()),
            Err((error, returned))
                if error.rdkafka_error_code() == Some(RDKafkaErrorCode::QueueFull)
                    && Instant::now() < deadline =>
            {
                producer.poll(Duration::from_millis(1));
                message = returned;
            }
            Err((source, _)) => return Err(Error::Kafka { doing: "take a record", source }),
        }
    }
}

/// Takes all acknowledgements that are there; answers whether there were any.
///
/// Without waiting: the binding waits for its whole timeout, however much has come in the meantime.
pub(super) fn take_acknowledgements(producer: &BaseProducer<Deliveries>, deliveries: &Deliveries) -> bool {
    let before = deliveries.acknowledged();
    let mut now = before;
    loop {
        producer.poll(Duration::ZERO);
        let then = std::mem::replace(&mut now, deliveries.acknowledged());
        if then == now {
            return now != before;
        }
    }
}
