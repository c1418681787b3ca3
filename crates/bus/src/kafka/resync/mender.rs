//! Publishes on the state topics what the log has.

use std::sync::Arc;
use std::time::Duration;

use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::OwnedHeaders;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use uuid::Uuid;
use vigie_eventlog::{RecordedEvent, kill_point};

use super::super::deliveries::Deliveries;
use super::super::message::{headers_of, withdrawal_headers_of};
use super::super::relay::transactional_id;
use super::super::{Error as BusError, Options};
use super::{ANSWER_MAX, Error};
use crate::record::{Record, Withdrawal};
use crate::topics::Topics;

/// Publishes in transactions of bounded size, under the relay's own id: whoever carried the log before is fenced.
pub(super) struct Mender {
    kafka: Arc<Kafka>,
    context: String,
    waiting: Vec<Mend>,
    waiting_bytes: usize,
    records_max: usize,
    bytes_max: usize,
}

/// A record of a state topic.
struct Mend {
    topic: String,
    partition: i32,
    key: String,
    headers: OwnedHeaders,
    payload: Option<Vec<u8>>,
}

impl Mender {
    pub(super) async fn connect(options: &Options, topics: &Topics) -> Result<Self, Error> {
        let config = options.fenced_producer(&transactional_id(topics))?;
        let commit_max = options.delivery_timeout() + ANSWER_MAX;
        let connect = move || {
            let deliveries = Deliveries::default();
            let producer = BaseProducer::from_config_and_context(&config, deliveries.clone());
            let producer = producer.map_err(BusError::Client)?;
            asked("make us the only relay", producer.init_transactions(ANSWER_MAX))?;
            Ok::<_, Error>(Kafka { producer, deliveries, commit_max })
        };
        let kafka = tokio::task::spawn_blocking(connect).await.map_err(|_| BusError::ThreadEnded)??;
        Ok(Self {
            kafka: Arc::new(kafka),
            context: topics.context().to_owned(),
            waiting: Vec::new(),
            waiting_bytes: 0,
            records_max: options.batch_events_max,
            bytes_max: options.batch_bytes_max,
        })
    }

    /// Shows an event as the newest of its stream.
    pub(super) async fn show(
        &mut self,
        topic: &str,
        partition: i32,
        event: &RecordedEvent,
        incarnation: i64,
    ) -> Result<(), Error> {
        let record = Record::again(event, &self.context, incarnation);
        let (headers, bytes) = (headers_of(&record), record.bytes());
        let (key, payload) = (event.stream_id.to_string(), Some(event.payload.clone()));
        self.add(Mend { topic: topic.to_owned(), partition, key, headers, payload }, bytes).await
    }

    /// Shows that a stream never existed.
    pub(super) async fn withdraw(
        &mut self,
        topic: &str,
        partition: i32,
        stream_id: Uuid,
        incarnation: i64,
    ) -> Result<(), Error> {
        let headers = withdrawal_headers_of(&Withdrawal { stream_id, incarnation });
        let (topic, key) = (topic.to_owned(), stream_id.to_string());
        self.add(Mend { topic, partition, key, headers, payload: None }, 0).await
    }

    async fn add(&mut self, mend: Mend, bytes: usize) -> Result<(), Error> {
        let is_full = self.waiting.len() >= self.records_max || self.waiting_bytes + bytes > self.bytes_max;
        if is_full {
            self.flush().await?;
        }
        self.waiting_bytes += bytes;
        self.waiting.push(mend);
        Ok(())
    }

    /// Publishes what waits.
    pub(super) async fn flush(&mut self) -> Result<(), Error> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.waiting_bytes = 0;
        let (kafka, mends) = (Arc::clone(&self.kafka), std::mem::take(&mut self.waiting));
        let published = tokio::task::spawn_blocking(move || kafka.publish(&mends)).await;
        published.map_err(|_| BusError::ThreadEnded)??;
        kill_point("resync.after_transaction");
        Ok(())
    }
}

struct Kafka {
    producer: BaseProducer<Deliveries>,
    deliveries: Deliveries,
    commit_max: Duration,
}

impl Kafka {
    /// Blocks.
    fn publish(&self, mends: &[Mend]) -> Result<(), Error> {
        asked("begin a transaction", self.producer.begin_transaction())?;
        let batch = self.deliveries.expect(mends.len());
        for Mend { topic, partition, key, headers, payload } in mends {
            // Where it is to be replaced, whoever put it there.
            let mut record = BaseRecord::<str, [u8], usize>::with_opaque_to(topic, batch)
                .partition(*partition)
                .key(key)
                .headers(headers.clone());
            if let Some(payload) = payload {
                record = record.payload(payload);
            }
            let sent = self.producer.send(record).map_err(|(error, _)| error);
            asked("take a record", sent)?;
        }
        let committed = self.producer.commit_transaction(self.commit_max);
        // That a transaction was not committed says less than why a record was not taken.
        asked("acknowledge every state", self.deliveries.failure().map_or(Ok(()), Err))?;
        asked("commit a transaction", committed)?;
        self.deliveries.pass_oldest();
        Ok(())
    }
}

fn asked(doing: &'static str, answer: Result<(), KafkaError>) -> Result<(), Error> {
    use RDKafkaErrorCode::{Fenced, ProducerFenced};
    answer.map_err(|source| match source.rdkafka_error_code() {
        Some(Fenced | ProducerFenced) => Error::Fenced(source),
        _ => BusError::Kafka { doing, source }.into(),
    })
}
