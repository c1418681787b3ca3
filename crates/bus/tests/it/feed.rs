//! A log read by way of Kafka is the log: in its order, each event once, whatever happens on the way.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::timeout;
use uuid::Uuid;
use vigie_bus::kafka::KafkaFeed;
use vigie_eventlog::view::{Feed, Source};
use vigie_eventlog::{Checkpoint, EventLog, ReadError, RecordedEvent};
use vigie_testkit::{Kafka, Scratch};

use crate::support::{Engine, Place, append, appended, aside, event, id, later, load};

/// The log itself, and how often it was asked.
struct Asked {
    log: EventLog,
    readers: AtomicU64,
    /// Served by another process that does not answer.
    is_away: AtomicBool,
}

#[async_trait]
impl Feed for Asked {
    fn log(&self) -> &str {
        self.log.name()
    }

    async fn read_after(&self, checkpoint: Checkpoint) -> Result<Box<dyn Source>, ReadError> {
        self.readers.fetch_add(1, Ordering::SeqCst);
        if self.is_away.load(Ordering::SeqCst) {
            return Err(ReadError::Unreachable("it is away".into()));
        }
        Feed::read_after(&self.log, checkpoint).await
    }

    async fn read_stream(
        &self,
        stream_id: Uuid,
        version: i64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, ReadError> {
        self.log.read_stream(stream_id, version, limit).await
    }
}

/// Reads by way of Kafka from where it stands.
struct Reader {
    source: Box<dyn Source>,
    log: Arc<Asked>,
    seen: Vec<RecordedEvent>,
}

impl Reader {
    async fn open(place: &Place, log: &EventLog) -> Self {
        let log =
            Arc::new(Asked { log: log.clone(), readers: AtomicU64::new(0), is_away: AtomicBool::new(false) });
        let feed = KafkaFeed::new(place.options.clone(), place.topics.context(), "tests", log.clone());
        let source = feed.read_after(Checkpoint::START).await.unwrap();
        Self { source, log, seen: Vec::new() }
    }

    /// Reads until the log's present head.
    async fn read(&mut self) {
        let head = self.log.log.head().await.unwrap().position;
        while (self.seen.len() as i64) < head {
            let batch = timeout(Duration::from_secs(60), self.source.next_batch(100)).await;
            let batch = batch.unwrap_or_else(|_| panic!("stuck at {} of {head}", self.seen.len())).unwrap();
            assert_eq!(batch.resume, batch.events.last().unwrap().checkpoint());
            self.seen.extend(batch.events);
        }
    }

    /// Goes over to Kafka: there is nothing more in the log.
    async fn goes_over(&mut self) {
        assert!(
            timeout(Duration::from_secs(4), self.source.next_batch(1)).await.is_err(),
            "nothing was written"
        );
        self.log.readers.store(0, Ordering::SeqCst);
    }

    async fn assert_is_the_log(&self) {
        let mut log = Vec::new();
        while log.len() < self.seen.len() {
            log.extend(self.log.log.read(log.len() as i64, 10_000).await.unwrap());
        }
        assert_eq!(self.seen, log);
    }

    fn asked(&self) -> u64 {
        self.log.readers.load(Ordering::SeqCst)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_before_comes_from_the_log_and_what_comes_after_by_kafka() {
    let place = Place::new(Engine::Postgres);
    let log = place.log().await;
    appended(&log, &place.name, 10, 10).await;
    let relay = place.relay(&log).await;
    place.carried(&log, Duration::from_secs(20)).await;

    let mut reader = Reader::open(&place, &log).await;
    reader.read().await;
    reader.goes_over().await;
    appended(&log, &place.name, 10, 30).await;
    reader.read().await;
    reader.assert_is_the_log().await;
    assert_eq!((reader.seen.len(), reader.asked()), (400, 0), "twelve partitions in the log's own order");
    relay.shutdown(later(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_load_a_reader_goes_over_without_loss() {
    let place = Place::new(Engine::Postgres);
    let log = place.log().await;
    let relay = place.relay(&log).await;
    place.carried(&log, Duration::from_secs(20)).await;
    let load = load(&log, &place.name);
    let mut reader = Reader::open(&place, &log).await;
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        reader.read().await;
    }
    reader.log.readers.store(0, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_millis(500)).await;
    load.stop().await;
    reader.read().await;
    reader.assert_is_the_log().await;
    assert_eq!(reader.asked(), 0, "it had gone over, busy as the log was");
    relay.shutdown(later(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_record_and_a_garbled_one_are_not_the_log() {
    let place = Place::new(Engine::Postgres);
    let log = place.log().await;
    let relay = place.relay(&log).await;
    appended(&log, &place.name, 2, 2).await;
    place.carried(&log, Duration::from_secs(20)).await;
    let mut reader = Reader::open(&place, &log).await;
    reader.read().await;
    reader.goes_over().await;

    // Somebody with the right to write claims a position before the relay does, with a payload of theirs.
    let stream = id();
    let topic = place.topics.events().name;
    aside(move || {
        produce(&topic, "nonsense", &[]);
        produce(&topic, &stream.to_string(), &forged(&topic, stream, 7));
    })
    .await;
    assert!(
        timeout(Duration::from_secs(2), reader.source.next_batch(1)).await.is_err(),
        "it has no place yet"
    );
    log.append(append(stream, 0, vec![event(&format!("vigie.{}.happened.v1", place.name))])).await.unwrap();
    appended(&log, &place.name, 2, 2).await;
    reader.read().await;
    // The true event came by the topic after the forged one was thrown out, or was read from the log.
    reader.assert_is_the_log().await;
    relay.shutdown(later(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_that_never_came_by_kafka_are_read_from_the_log() {
    let place = Place::new(Engine::Postgres);
    let log = place.log().await;
    let relay = place.relay(&log).await;
    appended(&log, &place.name, 2, 2).await;
    place.carried(&log, Duration::from_secs(20)).await;
    let mut reader = Reader::open(&place, &log).await;
    reader.read().await;
    reader.goes_over().await;

    // A relay whose cursor was set too far leaves a hole.
    relay.shutdown(later(5)).await;
    appended(&log, &place.name, 3, 3).await;
    place.cursor().await.set(log.head().await.unwrap()).await.unwrap();
    let relay = place.relay(&log).await;
    appended(&log, &place.name, 2, 2).await;
    reader.read().await;
    reader.assert_is_the_log().await;
    assert!(reader.asked() > 0);
    relay.shutdown(later(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_is_away_keeps_nobody_from_what_comes_by_kafka() {
    let place = Place::new(Engine::Postgres);
    let log = place.log().await;
    let relay = place.relay(&log).await;
    appended(&log, &place.name, 2, 2).await;
    place.carried(&log, Duration::from_secs(20)).await;
    let mut reader = Reader::open(&place, &log).await;
    reader.read().await;
    reader.goes_over().await;

    reader.log.is_away.store(true, Ordering::SeqCst);
    // So long without an event that the log itself is asked.
    let idle = timeout(Duration::from_secs(17), reader.source.next_batch(1)).await;
    assert!(idle.is_err() && reader.asked() > 0, "nothing was written, and the log was asked");
    appended(&log, &place.name, 2, 2).await;
    reader.read().await;
    reader.assert_is_the_log().await;
    relay.shutdown(later(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_broker_and_back() {
    let kafka = Arc::new(aside(|| Kafka::start().unwrap()).await);
    let place = Place::on(Engine::Postgres, &kafka);
    let log = place.log().await;
    let relay = place.relay(&log).await;
    appended(&log, &place.name, 2, 2).await;
    place.carried(&log, Duration::from_secs(20)).await;
    let mut reader = Reader::open(&place, &log).await;
    reader.read().await;
    reader.goes_over().await;

    let broker = kafka.clone();
    aside(move || broker.kill().unwrap()).await;
    appended(&log, &place.name, 5, 20).await;
    // Nobody waits for the broker.
    timeout(Duration::from_secs(10), reader.read()).await.unwrap();
    appended(&log, &place.name, 5, 20).await;
    timeout(Duration::from_secs(2), reader.read()).await.unwrap();
    let broker = kafka.clone();
    aside(move || broker.restart().unwrap()).await;
    appended(&log, &place.name, 5, 20).await;
    reader.read().await;
    reader.assert_is_the_log().await;
    relay.shutdown(later(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_of_another_past_is_refused() {
    let place = Place::new(Engine::Postgres);
    let log = place.log().await;
    let last = appended(&log, &place.name, 1, 3).await;
    assert_eq!(last.len(), 1);
    let feed = KafkaFeed::new(place.options.clone(), place.topics.context(), "tests", Arc::new(log.clone()));
    let head = log.head().await.unwrap();
    let other = Checkpoint { incarnation: head.incarnation + 1, ..head };
    let refused = feed.read_after(other).await.err().unwrap();
    assert!(matches!(refused, ReadError::CheckpointRefused { position: 3, .. }), "{refused}");
}

/// Produces a record by a client that we did not write.
fn produce(topic: &str, key: &str, headers: &[(String, String)]) {
    let scratch = Scratch::new("forged").unwrap();
    let payload = scratch.path().join("payload");
    std::fs::write(&payload, r#"{"forged":true}"#).unwrap();
    let mut command = Command::new("kcat");
    command.args(["-P", "-b", &Kafka::shared().unwrap().bootstrap(), "-t", topic, "-k", key]);
    for (name, value) in headers {
        command.arg("-H").arg(format!("{name}={value}"));
    }
    assert!(command.arg(payload).status().unwrap().success());
}

/// Headers of an event that could be the one at `position`.
fn forged(topic: &str, stream: Uuid, position: i64) -> Vec<(String, String)> {
    let context = topic.strip_prefix("vigie.").unwrap().strip_suffix(".events.v1").unwrap();
    let time = "2026-11-23T10:00:00.000000Z".to_owned();
    let header = |name: &str, value: String| (name.to_owned(), value);
    vec![
        header("ce_specversion", "1.0".to_owned()),
        header("ce_id", id().to_string()),
        header("ce_type", format!("vigie.{context}.happened.v1")),
        header("ce_source", format!("/vigie/{context}/0/{stream}")),
        header("ce_time", time.clone()),
        header("ce_recordedtime", time),
        header("ce_sequence", format!("{:019}", 1)),
        header("ce_incarnation", "1".to_owned()),
        header("ce_position", position.to_string()),
        header("ce_partitionkey", stream.to_string()),
        header("ce_accountid", Uuid::from_u128(7).to_string()),
        header("ce_actor", "somebody".to_owned()),
        header("ce_channel", "API".to_owned()),
        header("ce_chainhash", "00".repeat(32)),
        header("content-type", "application/json".to_owned()),
    ]
}
