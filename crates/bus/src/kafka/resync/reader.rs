//! Reads partitions to their ends.

use std::time::Duration;

use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::consumer::{BaseConsumer, Consumer as _, StreamConsumer};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::BorrowedMessage;
use rdkafka::{ClientConfig, Message as _, Offset, TopicPartitionList};
use tokio::time::Instant;

use super::super::{Error as BusError, Logging, Options};
use super::shown::Keys;
use super::{ANSWER_MAX, Error};
use crate::topics::{PARTITIONS, Topics};

/// Between two tries, when nothing comes but errors.
const FAILED_PAUSE: Duration = Duration::from_millis(100);

/// Reads what was committed on all topics.
pub(super) struct Reader {
    config: ClientConfig,
    consumer: StreamConsumer<Logging>,
    topics: Topics,
}

impl Reader {
    pub(super) fn new(options: &Options, topics: &Topics) -> Result<Self, Error> {
        let mut config = options.consumer("vigie-resync")?;
        // That a partition ends shows only when a fetch comes back empty.
        config.set("enable.partition.eof", "true").set("fetch.wait.max.ms", "10");
        let consumer = StreamConsumer::from_config_and_context(&config, Logging).map_err(BusError::Client)?;
        Ok(Self { config, consumer, topics: topics.clone() })
    }

    /// All that a state topic shows; `index` is its place among them.
    pub(super) async fn read_state(
        &self,
        index: usize,
        topic: &str,
        partition: i32,
        keys: &mut Keys,
    ) -> Result<(), Error> {
        let context = self.topics.context();
        let is_shown_here = |event_type: &str| self.topics.state_of(event_type) == Some(topic);
        let take = |message: &BorrowedMessage<'_>| keys.take_state(message, index, context, is_shown_here);
        self.read(topic, partition, Offset::Beginning, take).await
    }

    /// What the events topic has from an offset on.
    pub(super) async fn read_events(
        &self,
        partition: i32,
        from: Offset,
        keys: &mut Keys,
    ) -> Result<(), Error> {
        let (topic, context) = (self.topics.events().name, self.topics.context());
        let states = self.topics.states();
        let shown_on = |event_type: &str| {
            let topic = self.topics.state_of(event_type)?;
            states.iter().position(|state| state.name == topic)
        };
        let take = |message: &BorrowedMessage<'_>| keys.take_event(message, context, shown_on);
        self.read(&topic, partition, from, take).await
    }

    /// For each partition of the events topic, where it goes on from a time: [`Offset::Offset`] milliseconds since 1970.
    pub(super) async fn events_from(&self, time: Offset) -> Result<Vec<Offset>, Error> {
        let (config, topic) = (self.config.clone(), self.topics.events().name);
        if time == Offset::Beginning {
            return Ok(vec![Offset::Beginning; PARTITIONS.unsigned_abs() as usize]);
        }
        // librdkafka blocks while it asks the brokers.
        let asked = tokio::task::spawn_blocking(move || {
            let consumer = BaseConsumer::from_config_and_context(&config, Logging)?;
            let mut times = TopicPartitionList::new();
            for partition in 0..PARTITIONS {
                times.add_partition_offset(&topic, partition, time)?;
            }
            let offsets = consumer.offsets_for_times(times, ANSWER_MAX)?;
            let offset =
                |partition| match offsets.find_partition(&topic, partition).map(|found| found.offset()) {
                    Some(Offset::Offset(offset)) => Offset::Offset(offset),
                    // Nothing was published since.
                    _ => Offset::End,
                };
            Ok((0..PARTITIONS).map(offset).collect())
        });
        let asked = asked.await.map_err(|_| BusError::ThreadEnded)?;
        Ok(asked
            .map_err(|source| BusError::Kafka { doing: "say what was published since the backup", source })?)
    }

    async fn read(
        &self,
        topic: &str,
        partition: i32,
        from: Offset,
        mut take: impl FnMut(&BorrowedMessage<'_>),
    ) -> Result<(), Error> {
        let doing = "hand over all records";
        let failed = |source| BusError::Kafka { doing, source };
        let mut start = TopicPartitionList::new();
        start.add_partition_offset(topic, partition, from).map_err(failed)?;
        self.consumer.assign(&start).map_err(failed)?;
        let mut give_up_at = Instant::now() + ANSWER_MAX;
        let mut why = KafkaError::MessageConsumption(RDKafkaErrorCode::OperationTimedOut);
        loop {
            match tokio::time::timeout_at(give_up_at, self.consumer.recv()).await {
                Ok(Ok(message)) => {
                    // Nothing of what was read before can be left over.
                    if (message.topic(), message.partition()) == (topic, partition) {
                        take(&message);
                    }
                    give_up_at = Instant::now() + ANSWER_MAX;
                }
                Ok(Err(KafkaError::PartitionEOF(ended))) if ended == partition => return Ok(()),
                Ok(Err(error)) => {
                    why = error;
                    tokio::time::sleep(FAILED_PAUSE).await;
                }
                Err(_) => return Err(failed(why).into()),
            }
        }
    }
}
