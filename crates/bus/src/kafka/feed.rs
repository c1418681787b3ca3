//! A log as Kafka carries it, for those who follow it (EVENTLOG.md, rules 21–25).
//!
//! A reader begins with the log itself (`Feed`), so that it never depends on how long a topic keeps its records, goes over to
//! Kafka once it has caught up, and comes back to the log when no broker is there. On Kafka twelve partitions are merged back into the order of the log and
//! checked against its chain; what is missing, late or not the log's own is read from the log. So a view needs one
//! checkpoint, whatever it reads from, and a restored log is refused as it is in process (rule 13).
//!
//! Invariant: no consumer group assigns partitions. Each process reads them all, and the checkpoint's compare-and-set
//! decides which one moves the view; a frozen process finds it moved.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures::{FutureExt as _, StreamExt as _};
use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::error::KafkaError;
use rdkafka::message::BorrowedMessage;
use rdkafka::types::RDKafkaErrorCode;
use rdkafka::{Offset, TopicPartitionList};
use tokio::time::{Instant, timeout};
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;
use vigie_eventlog::view::{Batch, Feed, Source};
use vigie_eventlog::{Checkpoint, ReadError, RecordedEvent};

use super::feed_metrics::{FeedMetrics, Ignored};
use super::{Error, Logging, Options, record_of};
use crate::merge::{Merge, Offered};
use crate::record;
use crate::topics::{PARTITIONS, events_topic};

/// How long the log itself may take to give more before it counts as read to its end.
const CAUGHT_UP_AFTER: Duration = Duration::from_millis(200);

/// How long a later event may wait for a missing one before that one is read from the log itself.
const REPAIR_AFTER: Duration = Duration::from_secs(1);

/// After so long without any event the log itself is asked whether there is one, and whether it is still the same.
const ASK_AFTER: Duration = Duration::from_secs(15);

/// Records taken from librdkafka's queue at once.
const DRAIN_MAX: usize = 512;

/// How long the brokers may take to name a topic's ends.
const METADATA_TIMEOUT: Duration = Duration::from_secs(5);

/// Pause before a reader who follows the log itself tries Kafka again.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// Pause after nothing but errors.
const FAILED_PAUSE: Duration = Duration::from_millis(100);

/// The events topic of a context.
#[derive(Clone)]
pub struct KafkaFeed(Arc<Reader>);

struct Reader {
    options: Options,
    context: String,
    topic: String,
    name: &'static str,
    log: Arc<dyn Feed>,
}

impl KafkaFeed {
    /// The events of `context` (`lines`) for the view `name` (`commitments`); what is missing there comes from `log`.
    pub fn new(options: Options, context: &str, name: &'static str, log: Arc<dyn Feed>) -> Self {
        let (context, topic) = (context.to_owned(), events_topic(context));
        Self(Arc::new(Reader { options, context, topic, name, log }))
    }
}

#[async_trait]
impl Feed for KafkaFeed {
    fn log(&self) -> &str {
        self.0.log.log()
    }

    async fn read_stream(
        &self,
        stream_id: Uuid,
        version: i64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, ReadError> {
        self.0.log.read_stream(stream_id, version, limit).await
    }

    async fn read_after(&self, checkpoint: Checkpoint) -> Result<Box<dyn Source>, ReadError> {
        // Before anything is asked of Kafka: a log that was restored refuses here.
        let from_log = self.0.log.read_after(checkpoint).await?;
        Ok(Box::new(KafkaSource {
            reader: Arc::clone(&self.0),
            merge: Merge::after(checkpoint),
            phase: Phase::CatchingUp { from_log, opening: Opening::At(Instant::now()) },
            last_event: Instant::now(),
            stuck_since: None,
            metrics: FeedMetrics::new(self.0.name, &self.0.context),
        }))
    }
}

/// All partitions of the topic.
type Topic = StreamConsumer<Logging>;

/// Where events come from at the moment.
enum Phase {
    /// From the log itself, while a way to Kafka is looked for.
    CatchingUp { from_log: Box<dyn Source>, opening: Opening },
    /// From Kafka.
    Following { topic: Topic },
}

/// A way to Kafka.
enum Opening {
    /// To be tried from then on.
    At(Instant),
    /// The brokers are being asked; nobody waits for them.
    UnderWay(AbortOnDropHandle<Result<Topic, Error>>),
    /// It stands at the ends that all partitions had at some moment since the log was read.
    Open(Topic),
}

struct KafkaSource {
    reader: Arc<Reader>,
    merge: Merge,
    phase: Phase,
    last_event: Instant,
    stuck_since: Option<Instant>,
    metrics: FeedMetrics,
}

#[async_trait]
impl Source for KafkaSource {
    async fn next_batch(&mut self, max: usize) -> Result<Batch, ReadError> {
        let max = max.max(1);
        loop {
            let events = match &mut self.phase {
                Phase::CatchingUp { .. } => self.catch_up(max).await?,
                Phase::Following { .. } => self.follow(max).await?,
            };
            if !events.is_empty() {
                self.last_event = Instant::now();
                return Ok(Batch { events, resume: self.merge.checkpoint() });
            }
        }
    }
}

impl KafkaSource {
    /// What the log itself has. Goes over to Kafka once the log had no more to give after the topic's ends were known: all
    /// that comes later comes by the topic.
    async fn catch_up(&mut self, max: usize) -> Result<Vec<RecordedEvent>, ReadError> {
        let Phase::CatchingUp { from_log, opening } = &mut self.phase else { return Ok(Vec::new()) };
        let events = match timeout(CAUGHT_UP_AFTER, from_log.next_batch(max)).await {
            Ok(batch) => {
                let batch = batch?;
                self.merge.skip_to(batch.resume);
                self.metrics.read_from_log(batch.events.len());
                batch.events
            }
            Err(_) => Vec::new(),
        };
        if events.len() >= max {
            return Ok(events);
        }
        *opening = match std::mem::replace(opening, Opening::At(Instant::now() + RETRY_PAUSE)) {
            Opening::Open(topic) => {
                let position = self.merge.checkpoint().position;
                tracing::debug!(reader = self.reader.name, position, "caught up: follows Kafka");
                self.last_event = Instant::now();
                self.phase = Phase::Following { topic };
                return Ok(events);
            }
            Opening::At(at) if at <= Instant::now() => {
                let reader = Arc::clone(&self.reader);
                let task = tokio::spawn(async move { reader.topic_at_its_ends().await });
                Opening::UnderWay(AbortOnDropHandle::new(task))
            }
            // Without waiting: who drops this call must not lose the events in hand.
            Opening::UnderWay(mut task) => match (&mut task).now_or_never() {
                None => Opening::UnderWay(task),
                Some(Ok(Ok(topic))) => Opening::Open(topic),
                Some(failed) => {
                    let error = failed.map_or(Error::ThreadEnded, |opened| match opened {
                        Ok(_) => Error::ThreadEnded,
                        Err(error) => error,
                    });
                    let Reader { name, topic, .. } = &*self.reader;
                    tracing::warn!(reader = name, topic, %error, "Kafka cannot be read; the log itself is followed");
                    Opening::At(Instant::now() + RETRY_PAUSE)
                }
            },
            waiting @ Opening::At(_) => waiting,
        };
        Ok(events)
    }

    /// Leaves Kafka, until there is a way to it again.
    fn stay_with(&mut self, from_log: Box<dyn Source>) {
        self.stuck_since = None;
        self.phase = Phase::CatchingUp { from_log, opening: Opening::At(Instant::now() + RETRY_PAUSE) };
    }

    /// What the topic has, in order; what it lacks from the log itself.
    async fn follow(&mut self, max: usize) -> Result<Vec<RecordedEvent>, ReadError> {
        let events = self.merge.take(max);
        if !events.is_empty() {
            self.stuck_since = None;
            self.metrics.read_from_kafka(events.len());
            return Ok(events);
        }
        let wait_until = if self.merge.is_stuck() {
            *self.stuck_since.get_or_insert_with(Instant::now) + REPAIR_AFTER
        } else {
            self.stuck_since = None;
            self.last_event + ASK_AFTER
        };
        let Phase::Following { topic } = &self.phase else { return Ok(Vec::new()) };
        match tokio::time::timeout_at(wait_until, received(topic, &self.reader.context)).await {
            Ok(records) => {
                let no_broker = records.iter().any(|record| matches!(record, Received::NoBroker));
                let mut later_life = false;
                for record in records {
                    later_life |= self.offer(record);
                }
                if no_broker {
                    tracing::warn!(
                        reader = self.reader.name,
                        "no broker is there; the log itself is followed"
                    );
                    let from_log = self.reader.log.read_after(self.merge.checkpoint()).await?;
                    self.stay_with(from_log);
                    return Ok(Vec::new());
                }
                // Somebody pretends so, or this very question is refused.
                if later_life { Ok(self.read_from_log(max).await?.0) } else { Ok(Vec::new()) }
            }
            Err(_) => {
                let was_idle = self.stuck_since.take().is_none();
                self.last_event = Instant::now();
                let (events, from_log) = match self.read_from_log(max).await {
                    // Nothing says that anything is missing: what comes by Kafka is as good as before.
                    Err(ReadError::Unreachable(_)) if was_idle => return Ok(Vec::new()),
                    read => read?,
                };
                if was_idle && !events.is_empty() {
                    // Nothing came by Kafka, and something was there: whatever keeps it may last.
                    self.stay_with(from_log);
                }
                Ok(events)
            }
        }
    }

    /// Takes in what came; true if it tells of a restored log.
    fn offer(&mut self, received: Received) -> bool {
        let event = match received {
            Received::Event(event) => *event,
            Received::Garbled(error) => {
                // The words name headers, never what is in them.
                let Reader { name, topic, .. } = &*self.reader;
                tracing::warn!(reader = name, topic, %error, "a record on the topic is no event of this context");
                self.metrics.ignored(Ignored::Garbled);
                return false;
            }
            Received::Failed | Received::NoBroker => return false,
        };
        match self.merge.offer(event) {
            Offered::Kept => false,
            Offered::Repeated => {
                self.metrics.ignored(Ignored::Repeated);
                false
            }
            Offered::NoRoom => {
                self.metrics.ignored(Ignored::NoRoom);
                false
            }
            Offered::LaterLife => true,
        }
    }

    /// What the log itself has now after the last event, and where more of it comes from; refuses when its past is another.
    async fn read_from_log(
        &mut self,
        max: usize,
    ) -> Result<(Vec<RecordedEvent>, Box<dyn Source>), ReadError> {
        let after = self.merge.checkpoint();
        let mut from_log = self.reader.log.read_after(after).await?;
        let Ok(batch) = timeout(CAUGHT_UP_AFTER, from_log.next_batch(max)).await else {
            return Ok((Vec::new(), from_log));
        };
        let batch = batch?;
        let Reader { name, topic, .. } = &*self.reader;
        tracing::warn!(
            reader = name,
            topic,
            after = after.position,
            events = batch.events.len(),
            "events were missing on the topic and are read from the log"
        );
        self.merge.skip_to(batch.resume);
        self.metrics.read_from_log(batch.events.len());
        Ok((batch.events, from_log))
    }
}

/// What librdkafka handed over.
enum Received {
    Event(Box<RecordedEvent>),
    /// A record that is no event of ours.
    Garbled(record::Error),
    /// Something is wrong with the brokers; librdkafka goes on by itself, and its own log says more.
    Failed,
    /// The same of all brokers.
    NoBroker,
}

impl Received {
    fn of(message: Result<BorrowedMessage<'_>, KafkaError>, context: &str) -> Self {
        match message {
            Ok(message) => match record_of(&message)
                .and_then(|record| record.map(|record| record.event(context)).transpose())
            {
                Ok(Some(event)) => Self::Event(Box::new(event)),
                Ok(None) => Self::Garbled(record::Error::Missing("the value")),
                Err(error) => Self::Garbled(error),
            },
            Err(error) => {
                tracing::debug!(%error, "Kafka hands over no records at the moment");
                match error.rdkafka_error_code() {
                    Some(RDKafkaErrorCode::AllBrokersDown) => Self::NoBroker,
                    _ => Self::Failed,
                }
            }
        }
    }
}

/// At least one record, and what else is there already. Safe to drop.
async fn received(topic: &Topic, context: &str) -> Vec<Received> {
    let mut records = topic.stream();
    let mut received = Vec::new();
    if let Some(first) = records.next().await {
        received.push(Received::of(first, context));
    }
    while received.len() < DRAIN_MAX {
        let Some(Some(next)) = records.next().now_or_never() else { break };
        received.push(Received::of(next, context));
    }
    if received.iter().all(|one| matches!(one, Received::Failed | Received::NoBroker)) {
        tokio::time::sleep(FAILED_PAUSE).await;
    }
    received
}

impl Reader {
    /// A consumer that stands at the ends that all partitions have now.
    async fn topic_at_its_ends(&self) -> Result<Topic, Error> {
        let config = self.options.consumer(&format!("vigie-{}", self.name))?;
        let consumer = Topic::from_config_and_context(&config, Logging).map_err(Error::Client)?;
        let topic = self.topic.clone();
        // librdkafka blocks while it asks the brokers.
        let opened = tokio::task::spawn_blocking(move || {
            let mut ends = TopicPartitionList::new();
            for partition in 0..PARTITIONS {
                let (_, end) = consumer.fetch_watermarks(&topic, partition, METADATA_TIMEOUT)?;
                ends.add_partition_offset(&topic, partition, Offset::Offset(end))?;
            }
            consumer.assign(&ends)?;
            Ok::<_, KafkaError>(consumer)
        });
        let opened = opened.await.map_err(|_| Error::ThreadEnded)?;
        opened.map_err(|source| Error::Kafka { doing: "say where the topic ends", source })
    }
}
