//! The newest event of each stream, in transactions.
//!
//! On a compacted topic the last record of a key stays: one of a frozen relay that lands late would be wrong for ever. So
//! here Kafka itself refuses whoever is not the newest under the transactional id (rule 19).
//!
//! What a restored log has from before it is shown in its present incarnation, if it is shown again: it wins against what
//! readers may have of events that were lost (rule 13).

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::error::{KafkaError, KafkaResult, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, Producer as _};
use tokio::sync::oneshot;
use tokio::time::Instant;
use vigie_eventlog::RecordedEvent;

use super::Error;
use super::deliveries::Deliveries;
use super::message::headers_of;
use super::sending::{send, take_acknowledgements};
use crate::{Record, Topics};

/// How long the thread sleeps between two looks at what was acknowledged.
const LOOK: Duration = Duration::from_millis(1);

/// Beyond the delivery timeout, for librdkafka to notice that it has passed.
const GRACE: Duration = Duration::from_secs(2);

/// The producer of the state topics, on a thread of its own.
#[derive(Debug)]
pub(super) struct StateLane {
    jobs: SyncSender<Job>,
}

struct Job {
    events: Vec<RecordedEvent>,
    done: oneshot::Sender<Result<(), Error>>,
}

/// How long Kafka may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// To begin or end a transaction.
    pub(super) answer_max: Duration,
    /// To acknowledge a record.
    pub(super) delivery_max: Duration,
}

impl StateLane {
    /// Connects and fences whoever published under the same transactional id before.
    /// Shows events of a log that is in its life `incarnation`.
    pub(super) async fn connect(
        config: ClientConfig,
        topics: Topics,
        incarnation: i64,
        patience: Patience,
    ) -> Result<Self, Error> {
        let (jobs, queue) = sync_channel(1);
        let (ready, connected) = oneshot::channel();
        let run = move || match Lane::connect(&config, topics, incarnation, patience) {
            Ok(lane) => {
                if ready.send(Ok(())).is_ok() {
                    lane.serve(&queue);
                }
            }
            Err(error) => drop(ready.send(Err(error))),
        };
        let thread = std::thread::Builder::new().name("vigie-state".to_owned()).spawn(run);
        thread.map_err(Error::Thread)?;
        connected.await.map_err(|_| Error::ThreadEnded)??;
        Ok(Self { jobs })
    }

    /// All of them are on the topics of their entities, committed; or nothing is known.
    pub(super) async fn publish(&self, events: Vec<RecordedEvent>) -> Result<(), Error> {
        let (done, answer) = oneshot::channel();
        self.jobs.try_send(Job { events, done }).map_err(|_| Error::ThreadEnded)?;
        answer.await.map_err(|_| Error::ThreadEnded)?
    }
}

/// What lives on the thread.
struct Lane {
    producer: BaseProducer<Deliveries>,
    deliveries: Deliveries,
    topics: Topics,
    incarnation: i64,
    patience: Patience,
}

impl Lane {
    fn connect(
        config: &ClientConfig,
        topics: Topics,
        incarnation: i64,
        patience: Patience,
    ) -> Result<Self, Error> {
        let deliveries = Deliveries::default();
        let producer =
            BaseProducer::from_config_and_context(config, deliveries.clone()).map_err(Error::Client)?;
        asked("make us the only relay", producer.init_transactions(patience.answer_max))?;
        Ok(Self { producer, deliveries, topics, incarnation, patience })
    }

    fn serve(self, queue: &Receiver<Job>) {
        while let Ok(Job { events, done }) = queue.recv() {
            let published = self.publish(&events);
            let failed = published.is_err();
            let _ = done.send(published);
            if failed {
                return;
            }
        }
    }

    fn publish(&self, events: &[RecordedEvent]) -> Result<(), Error> {
        let deadline = Instant::now() + self.patience.delivery_max + GRACE;
        asked("begin a transaction", self.producer.begin_transaction())?;
        let states =
            events.iter().filter_map(|event| Some((event, self.topics.state_of(&event.event_type)?)));
        let states: Vec<_> = states.collect();
        let number = self.deliveries.expect(states.len());
        for (event, topic) in states {
            let incarnation = self.incarnation.max(event.incarnation);
            let record = Record::again(event, self.topics.context(), incarnation);
            send(&self.producer, topic, &record, headers_of(&record), number, deadline)?;
        }
        self.wait_for_acknowledgements(deadline)?;
        asked("commit a transaction", self.producer.commit_transaction(self.patience.answer_max))
    }

    fn wait_for_acknowledgements(&self, deadline: Instant) -> Result<(), Error> {
        let failed = |source| Error::Kafka { doing: "acknowledge every state", source };
        loop {
            let came = take_acknowledgements(&self.producer, &self.deliveries);
            if let Some(error) = self.deliveries.failure() {
                return Err(failed(error));
            }
            if self.deliveries.pass_oldest() {
                return Ok(());
            }
            if Instant::now() > deadline {
                return Err(failed(KafkaError::MessageProduction(RDKafkaErrorCode::MessageTimedOut)));
            }
            if !came {
                std::thread::sleep(LOOK);
            }
        }
    }
}

fn asked(doing: &'static str, answer: KafkaResult<()>) -> Result<(), Error> {
    answer.map_err(|source| Error::Kafka { doing, source })
}
