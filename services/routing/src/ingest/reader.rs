//! Reads the topic: a batch at a time, and moves on once all of it is durable.

use std::time::Duration;

use futures::future::join_all;
use opentelemetry::metrics::Counter;
use opentelemetry::{KeyValue, global};
use rdkafka::config::FromClientConfigAndContext as _;
use rdkafka::consumer::{CommitMode, Consumer as _, StreamConsumer};
use rdkafka::error::KafkaError;
use rdkafka::message::BorrowedMessage;
use rdkafka::{Message as _, Offset, TopicPartitionList};
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use vigie_bus::Topic;
use vigie_bus::kafka::{Error, Logging, Options, make_if_missing};
use vigie_chassis::error::Error as Refusal;
use vigie_clock::Context;
use vigie_command::refusal;
use vigie_eventlog::Order;

use super::event;
use crate::api::Deps;
use crate::api::contacts::{may_pass, read_fact, read_presence, take};
use crate::domain::rejected_fact::{Command, New, rejected_fact_id};
use vigie_proto::routing::record_contacts_request::Fact;

/// Whose place on the topic it is. Replicas share the partitions.
const GROUP: &str = "vigie-routing-facts";

/// In contexts, for the record.
const ACTOR: &str = "vigie.routing.facts";

/// Facts that are carried out at once, before the place moves on.
const BATCH_MAX: usize = 64;

/// How long a batch waits to be full.
const BATCH_WAIT: Duration = Duration::from_millis(5);

/// Milliseconds without a sign of life after which a replica's partitions are another's: a killed process comes back, or
/// another one goes on, no sooner.
const MISSED_AFTER_MS: &str = "10000";

/// Pauses after the log, or the brokers, did not answer: the first, doubling up to the longest.
const PAUSE_MIN: Duration = Duration::from_millis(200);
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// Makes `topic` if it is missing and reads it until `stopping`. Brokers that are away are waited for.
///
/// # Errors
/// When the configuration contradicts itself.
pub(crate) fn read(
    options: &Options,
    topic: &str,
    deps: Deps,
    stopping: CancellationToken,
) -> Result<impl Future<Output = ()> + Send + use<>, Error> {
    let mut config = options.consumer(GROUP)?;
    config.set("session.timeout.ms", MISSED_AFTER_MS);
    let consumer: StreamConsumer<Logging> =
        StreamConsumer::from_config_and_context(&config, Logging).map_err(Error::Client)?;
    let (options, topic) = (options.clone(), Topic::of_facts(topic));
    let reader = Reader { consumer, options, topic, deps, facts: facts() };
    Ok(async move {
        tokio::select! {
            () = stopping.cancelled() => {}
            () = reader.run() => {}
        }
    })
}

fn facts() -> Counter<u64> {
    let facts = global::meter("vigie.routing")
        .u64_counter("vigie.routing.facts")
        .with_description("Facts that came by the topic, by what became of them")
        .build();
    // A counter that begins with its first incident shows no increase at it.
    for outcome in ["recorded", "repeated", "rejected"] {
        facts.add(0, &[KeyValue::new("outcome", outcome)]);
    }
    facts
}

struct Reader {
    consumer: StreamConsumer<Logging>,
    options: Options,
    topic: Topic,
    deps: Deps,
    facts: Counter<u64>,
}

/// The log does not take it now.
struct Away(Refusal);

impl Reader {
    async fn run(&self) {
        let mut pause = PAUSE_MIN;
        while let Err(error) = self.begin().await {
            let topic = self.topic.name.as_str();
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                topic,
                ?pause,
                "facts cannot be read yet; waits"
            );
            sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
        pause = PAUSE_MIN;
        loop {
            match self.batch().await {
                Ok(batch) => {
                    pause = PAUSE_MIN;
                    self.carry_out(&batch).await;
                }
                Err(error) => {
                    let topic = self.topic.name.as_str();
                    tracing::warn!(%error, topic, ?pause, "facts cannot be read; waits");
                    sleep(pause).await;
                    pause = (pause * 2).min(PAUSE_MAX);
                }
            }
        }
    }

    /// Subscribes to a topic that is there: one that a reader asks for by name would be made by brokers that make topics by
    /// themselves, as they like it.
    async fn begin(&self) -> Result<(), Error> {
        make_if_missing(&self.options, &self.topic).await?;
        let subscribed = self.consumer.subscribe(&[&self.topic.name]);
        subscribed.map_err(|source| Error::Kafka { doing: "let us subscribe to the topic of facts", source })
    }

    /// At least one record, and what comes right behind it.
    async fn batch(&self) -> Result<Vec<BorrowedMessage<'_>>, KafkaError> {
        let mut batch = vec![self.consumer.recv().await?];
        while batch.len() < BATCH_MAX
            && let Ok(next) = timeout(BATCH_WAIT, self.consumer.recv()).await
        {
            match next {
                Ok(message) => batch.push(message),
                // What was read is carried out; the failure comes again.
                Err(_) => break,
            }
        }
        Ok(batch)
    }

    /// Until all of it is durable, however long that takes: a fact is never passed over.
    async fn carry_out(&self, batch: &[BorrowedMessage<'_>]) {
        let mut pause = PAUSE_MIN;
        loop {
            let taken = join_all(batch.iter().map(|message| self.one(message))).await;
            let Some(Away(refusal)) = taken.into_iter().find_map(Result::err) else { break };
            tracing::warn!(reason = %refusal.reason(), ?pause, "facts are not taken; tries again");
            sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MAX);
        }
        let mut places = TopicPartitionList::new();
        for message in batch {
            let (partition, next) = (message.partition(), message.offset() + 1);
            // Of one partition they come in order: the last one is the furthest.
            match places.find_partition(&self.topic.name, partition) {
                Some(mut place) => drop(place.set_offset(Offset::Offset(next))),
                None => drop(places.add_partition_offset(&self.topic.name, partition, Offset::Offset(next))),
            }
        }
        // A place that is not kept is read again, and its facts are absorbed.
        if let Err(error) = self.consumer.commit(&places, CommitMode::Async) {
            tracing::warn!(%error, "the place on the topic of facts is not kept");
        }
    }

    async fn one(&self, message: &BorrowedMessage<'_>) -> Result<(), Away> {
        let log = &self.deps.log;
        let context = Context::system(ACTOR, log.clock().now(), log.ids().next());
        let (names, fact) = event::fact(message.payload());
        let taken = match fact {
            Ok(fact) => self.tell(&fact, &context).await,
            Err(why) => {
                return self.reject(message, names, "INVALID_ARGUMENT", &why.to_string(), context).await;
            }
        };
        match taken {
            Ok(is_repeat) => {
                self.count(if is_repeat { "repeated" } else { "recorded" });
                Ok(())
            }
            Err(refusal) if may_pass(refusal.reason()) => Err(Away(refusal)),
            Err(refusal) => {
                let reason = refusal.reason().as_str();
                self.reject(message, names, reason, refusal.message(), context).await
            }
        }
    }

    async fn tell(&self, fact: &Fact, context: &Context) -> Result<bool, Refusal> {
        let told = match fact {
            Fact::Contact(fact) => read_fact(&self.deps, fact).await?,
            Fact::Presence(fact) => read_presence(&self.deps, fact).await?,
        };
        take(&self.deps, &told, context).await.map(|taken| taken.is_repeat)
    }

    async fn reject(
        &self,
        message: &BorrowedMessage<'_>,
        names: event::Names,
        reason: &str,
        why: &str,
        context: Context,
    ) -> Result<(), Away> {
        let (topic, partition, offset) = (self.topic.name.as_str(), message.partition(), message.offset());
        let new = New {
            topic: topic.to_owned(),
            partition,
            offset,
            origin: names.origin,
            fact_id: names.fact_id,
            reason: reason.to_owned(),
            message: why.to_owned(),
        };
        let stream_id = rejected_fact_id(topic, partition, offset);
        let order = Order::new(stream_id, Command::Reject(Box::new(new)), context);
        let outcome = self.deps.rejected_facts.execute(order).await.map_err(|error| Away(refusal(error)))?;
        if !outcome.events.is_empty() {
            tracing::warn!(topic, partition, offset, reason, "a fact is rejected: {why}");
            self.count("rejected");
        }
        Ok(())
    }

    fn count(&self, outcome: &'static str) {
        self.facts.add(1, &[KeyValue::new("outcome", outcome)]);
    }
}
