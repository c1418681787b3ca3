//! Every event, as soon as it is recorded.
//!
//! Not in transactions: one keeps its events back until it ends, and the next one cannot begin at once. What a frozen
//! relay sends late is a repeat of what its successor published, and whoever reads skips the versions that he has seen.
//! What must not happen is a gap: so librdkafka gives no record up by itself, neither for its age nor for a lasting error,
//! and a producer that does not get on is dropped as a whole (rule 20). Then whatever a producer brings to a partition is
//! a piece of the log without a gap, and begins at or before the end of what is there.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::BaseProducer;
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::Error;
use super::batches::Batch;
use super::deliveries::Deliveries;
use super::message::headers_of;
use super::sending::{send, take_acknowledgements};
use crate::{Record, Topics};

/// Batches that are under way at once, at most.
pub(super) const UNDER_WAY_MAX: usize = 4;

/// How long the thread waits for another batch before it looks at what was acknowledged.
const LOOK_MIN: Duration = Duration::from_micros(200);
const LOOK_MAX: Duration = Duration::from_millis(2);

/// The producer of the events topic, on a thread of its own.
#[derive(Debug)]
pub(super) struct EventsLane {
    jobs: SyncSender<Job>,
}

#[derive(Debug)]
struct Job {
    batch: Batch,
    done: oneshot::Sender<Result<Batch, Error>>,
}

impl EventsLane {
    /// Needs no broker yet.
    pub(super) fn open(
        config: &ClientConfig,
        topics: &Topics,
        delivery_max: Duration,
    ) -> Result<Self, Error> {
        let deliveries = Deliveries::default();
        let producer =
            BaseProducer::from_config_and_context(config, deliveries.clone()).map_err(Error::Client)?;
        let (context, topic) = (topics.context().to_owned(), topics.events().name);
        let lane = Lane { producer, deliveries, context, topic, delivery_max };
        let (jobs, queue) = sync_channel(UNDER_WAY_MAX);
        let thread = std::thread::Builder::new().name("vigie-events".to_owned());
        thread.spawn(move || lane.serve(&queue)).map_err(Error::Thread)?;
        Ok(Self { jobs })
    }

    /// Hands a batch over, in order; the answer gives it back once all of it is on Kafka. After an error nothing is known
    /// of what arrived.
    pub(super) fn publish(&self, batch: Batch) -> impl Future<Output = Result<Batch, Error>> + use<> {
        let (done, answer) = oneshot::channel();
        // Fails when the thread has ended, and never for want of room: the caller keeps to the bound.
        let handed_over = self.jobs.try_send(Job { batch, done }).is_ok();
        async move {
            match answer.await {
                Ok(published) if handed_over => published,
                _ => Err(Error::ThreadEnded),
            }
        }
    }
}

/// What lives on the thread.
struct Lane {
    producer: BaseProducer<Deliveries>,
    deliveries: Deliveries,
    context: String,
    topic: String,
    delivery_max: Duration,
}

struct UnderWay {
    job: Job,
    deadline: Instant,
}

impl Lane {
    fn serve(self, queue: &Receiver<Job>) {
        let mut under_way = VecDeque::new();
        let mut look = LOOK_MIN;
        loop {
            let job = if under_way.is_empty() {
                queue.recv().map_err(|_| RecvTimeoutError::Disconnected)
            } else {
                queue.recv_timeout(look)
            };
            match job {
                Ok(job) => {
                    let deadline = Instant::now() + self.delivery_max;
                    if let Err(error) = self.send(&job.batch, deadline) {
                        let _ = job.done.send(Err(error));
                        return;
                    }
                    under_way.push_back(UnderWay { job, deadline });
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
            let came = take_acknowledgements(&self.producer, &self.deliveries);
            look = if came { LOOK_MIN } else { (look * 2).min(LOOK_MAX) };
            while self.deliveries.pass_oldest() {
                if let Some(UnderWay { job: Job { batch, done }, .. }) = under_way.pop_front() {
                    let _ = done.send(Ok(batch));
                }
            }
            if let Some(source) = self.failure(under_way.front()) {
                let doing = "acknowledge every event";
                if let Some(UnderWay { job, .. }) = under_way.pop_front() {
                    let _ = job.done.send(Err(Error::Kafka { doing, source }));
                }
                return;
            }
        }
    }

    fn send(&self, batch: &Batch, deadline: Instant) -> Result<(), Error> {
        let number = self.deliveries.expect(batch.events.len());
        for event in &batch.events {
            let record = Record::of(event, &self.context);
            send(&self.producer, &self.topic, &record, headers_of(&record), number, deadline)?;
        }
        Ok(())
    }

    fn failure(&self, oldest: Option<&UnderWay>) -> Option<KafkaError> {
        let is_late = oldest.is_some_and(|oldest| Instant::now() > oldest.deadline);
        let late = is_late.then_some(KafkaError::MessageProduction(RDKafkaErrorCode::MessageTimedOut));
        self.deliveries.failure().or(late)
    }
}
