//! What somebody who reads a topic from its beginning sees.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::BorrowedMessage;
use rdkafka::{ClientConfig, Message, Offset, TopicPartitionList};
use uuid::Uuid;
use vigie_bus::kafka::record_of;
use vigie_bus::{PARTITIONS, Topic};
use vigie_eventlog::{EventLog, RecordedEvent};

use super::aside;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub partition: i32,
    pub offset: i64,
    pub event: RecordedEvent,
}

/// All committed records up to the topic's present end; those of a partition in order.
pub(crate) async fn read_all(bootstrap: &str, topic: &Topic, context: &str) -> Vec<Seen> {
    let (bootstrap, topic, context) = (bootstrap.to_owned(), topic.name.clone(), context.to_owned());
    aside(move || {
        let mut seen = Vec::new();
        read_messages(&bootstrap, &topic, |message| {
            let event = record_of(message).unwrap().unwrap().event(&context).unwrap();
            seen.push(Seen { partition: message.partition(), offset: message.offset(), event });
        });
        seen
    })
    .await
}

/// Takes all committed messages up to the topic's present end. Blocks.
pub(crate) fn read_messages(bootstrap: &str, topic: &str, mut take: impl FnMut(&BorrowedMessage<'_>)) {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", bootstrap)
        .set("group.id", "tests")
        .set("enable.partition.eof", "true")
        .set("enable.auto.commit", "false")
        .set("isolation.level", "read_committed")
        .create()
        .unwrap();
    let mut partitions = TopicPartitionList::new();
    for partition in 0..PARTITIONS {
        partitions.add_partition_offset(topic, partition, Offset::Beginning).unwrap();
    }
    consumer.assign(&partitions).unwrap();
    let mut ended = BTreeSet::new();
    let end = Instant::now() + Duration::from_secs(30);
    while ended.len() < usize::try_from(PARTITIONS).unwrap() {
        assert!(Instant::now() < end, "not at the end of {topic}: {ended:?}");
        match consumer.poll(Duration::from_millis(100)) {
            None => {}
            Some(Err(KafkaError::PartitionEOF(partition))) => drop(ended.insert(partition)),
            Some(Err(error)) => panic!("{error}"),
            Some(Ok(message)) => take(&message),
        }
    }
}

/// Events in the order of the log, each once.
fn sorted(seen: &[Seen]) -> Vec<RecordedEvent> {
    let by_position: BTreeMap<_, _> =
        seen.iter().map(|seen| (seen.event.position, seen.event.clone())).collect();
    by_position.into_values().collect()
}

/// How often a partition goes back to an earlier position, at most: once for each time that somebody began again from
/// the cursor.
pub(crate) fn descents(seen: &[Seen]) -> usize {
    let mut last: BTreeMap<i32, (i64, usize)> = BTreeMap::new();
    for seen in seen {
        let (position, descents) = last.entry(seen.partition).or_default();
        *descents += usize::from(seen.event.position <= *position);
        *position = seen.event.position;
    }
    last.into_values().map(|(_, descents)| descents).max().unwrap_or(0)
}

/// Every event of the log is there, and whoever skips the versions of a stream that he has seen, as consumers do, sees
/// each stream in order and without a gap.
pub(crate) async fn assert_is_the_log(seen: &[Seen], log: &EventLog) {
    let mut versions: BTreeMap<Uuid, i64> = BTreeMap::new();
    for Seen { event, partition, offset } in seen {
        let version = versions.entry(event.stream_id).or_default();
        let is_repeat = event.stream_version <= *version;
        assert!(
            is_repeat || event.stream_version == *version + 1,
            "at {partition}/{offset}: version {} after {version}",
            event.stream_version
        );
        *version = event.stream_version.max(*version);
    }
    let head = log.head().await.unwrap().position;
    let mut there = Vec::new();
    while let Some(position) = Some(there.len()).filter(|length| (*length as i64) < head) {
        there.extend(log.read(position as i64, 10_000).await.unwrap());
    }
    let seen = sorted(seen);
    assert_eq!(seen.len(), there.len());
    for (seen, there) in seen.iter().zip(&there) {
        assert_eq!(seen, there);
    }
}

/// The last record of every stream is its newest event, and every record is an event of the log.
pub(crate) async fn assert_is_the_state(seen: &[Seen], log: &EventLog, entity: &str) {
    let prefix = format!("vigie.{entity}.");
    let mut newest = BTreeMap::new();
    let mut position = 0;
    loop {
        let page = log.read(position, 10_000).await.unwrap();
        let Some(last) = page.last() else { break };
        position = last.position;
        for event in page.into_iter().filter(|event| event.event_type.starts_with(&prefix)) {
            newest.insert(event.stream_id, event);
        }
    }
    let last: BTreeMap<_, _> = seen.iter().map(|seen| (seen.event.stream_id, seen.event.clone())).collect();
    assert_eq!(last, newest);
    for Seen { event, .. } in seen {
        assert_eq!(log.event_at(event.position).await.unwrap().as_ref(), Some(event));
    }
}
