//! Topics as the contract has them: made where they are missing, refused where they differ.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::config::FromClientConfigAndContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::{Error, Logging, Options};
use crate::Topic;

/// How long Kafka may take to answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);

/// Makes a topic that others write to, if it is missing. One that is there is theirs, however many partitions it has.
///
/// # Errors
/// When the configuration contradicts itself, or Kafka refuses or does not answer within 10 s.
pub async fn make_if_missing(options: &Options, topic: &Topic) -> Result<(), Error> {
    let client = AdminClient::from_config_and_context(&options.client()?, Logging).map_err(Error::Client)?;
    let (client, there) = list(client, ANSWER_MAX).await?;
    if there.contains_key(&topic.name) {
        return Ok(());
    }
    create(&client, &[topic], options.replication_factor, ANSWER_MAX).await?;
    // Who subscribes to what is not visible yet waits for minutes.
    let (_, there) = list(client, ANSWER_MAX).await?;
    if there.contains_key(&topic.name) {
        return Ok(());
    }
    let unknown = KafkaError::AdminOp(RDKafkaErrorCode::UnknownTopicOrPartition);
    Err(Error::Kafka { doing: "show the topic that was made", source: unknown })
}

/// Makes those of `topics` that are missing.
///
/// # Errors
/// When one is there with another number of partitions, or Kafka refuses or does not answer within `timeout`.
pub(super) async fn ensure(
    config: ClientConfig,
    topics: Vec<Topic>,
    replication_factor: i32,
    timeout: Duration,
) -> Result<(), Error> {
    let client = AdminClient::from_config_and_context(&config, Logging).map_err(Error::Client)?;
    let (client, there) = list(client, timeout).await?;
    if missing(&topics, &there)?.is_empty() {
        return Ok(());
    }
    let created = create(&client, &missing(&topics, &there)?, replication_factor, timeout).await;
    // Somebody may have made them at the same time, otherwise than we would have.
    let (_, there) = list(client, timeout).await?;
    match missing(&topics, &there)?.first() {
        None => Ok(()),
        Some(topic) => {
            created?;
            let unknown = KafkaError::AdminOp(RDKafkaErrorCode::UnknownTopicOrPartition);
            tracing::debug!(topic = topic.name, "made and not visible yet");
            Err(Error::Kafka { doing: "show the topics that were made", source: unknown })
        }
    }
}

/// The partitions of every topic that we may see. All of them are asked for, because a question for one by name makes
/// it on brokers that make topics by themselves, with as many partitions as they like.
async fn list(
    client: AdminClient<Logging>,
    timeout: Duration,
) -> Result<(AdminClient<Logging>, BTreeMap<String, usize>), Error> {
    let listing = tokio::task::spawn_blocking(move || {
        let metadata = client.inner().fetch_metadata(None, timeout);
        (client, metadata)
    });
    let (client, metadata) = listing.await.map_err(|_| Error::ThreadEnded)?;
    let metadata = metadata.map_err(|source| Error::Kafka { doing: "list its topics", source })?;
    let partitions =
        metadata.topics().iter().map(|topic| (topic.name().to_owned(), topic.partitions().len()));
    Ok((client, partitions.collect()))
}

fn missing<'t>(topics: &'t [Topic], there: &BTreeMap<String, usize>) -> Result<Vec<&'t Topic>, Error> {
    let mut missing = Vec::new();
    for topic in topics {
        match there.get(&topic.name) {
            None => missing.push(topic),
            Some(found) if i32::try_from(*found) == Ok(topic.partitions) => {}
            Some(found) => {
                let (topic, expected) = (topic.name.clone(), topic.partitions);
                return Err(Error::Partitions { topic, found: *found, expected });
            }
        }
    }
    Ok(missing)
}

async fn create(
    client: &AdminClient<Logging>,
    topics: &[&Topic],
    replication_factor: i32,
    timeout: Duration,
) -> Result<(), Error> {
    // One copy may be away, and what is acknowledged is still on more than one.
    let in_sync_min = (replication_factor - 1).max(1).to_string();
    let new: Vec<_> = topics
        .iter()
        .map(|topic| {
            let replication = TopicReplication::Fixed(replication_factor);
            let new = NewTopic::new(&topic.name, topic.partitions, replication)
                .set("min.insync.replicas", &in_sync_min);
            topic.settings.iter().fold(new, |new, (key, value)| new.set(key, value))
        })
        .collect();
    let options = AdminOptions::new().request_timeout(Some(timeout)).operation_timeout(Some(timeout));
    let failed = |source| Error::Kafka { doing: "make the topics", source };
    for result in client.create_topics(&new, &options).await.map_err(failed)? {
        match result {
            Ok(topic) => tracing::info!(topic, "topic made"),
            Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, code)) => {
                tracing::warn!(topic, %code, "topic not made");
                return Err(failed(KafkaError::AdminOp(code)));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Topics;

    #[test]
    fn a_topic_with_other_partitions_is_refused_and_a_missing_one_is_named() {
        let topics = Topics::new("lines", &["line"]).unwrap().all();
        let there = |partitions| BTreeMap::from([("vigie.lines.events.v1".to_owned(), partitions)]);
        let missing_names = missing(&topics, &there(12)).unwrap();
        assert_eq!(
            missing_names.iter().map(|topic| topic.name.as_str()).collect::<Vec<_>>(),
            ["vigie.line.state.v1"]
        );
        assert!(matches!(missing(&topics, &there(1)), Err(Error::Partitions { found: 1, expected: 12, .. })));
    }
}
