//! From the log by Kafka to a view, against bare librdkafka with the same records.

use std::sync::Arc;
use std::time::Duration;

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{Consumer as _, StreamConsumer};
use rdkafka::message::{Header, Message as _, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, FutureProducer, FutureRecord, Producer as _};
use rdkafka::{Offset, TopicPartitionList};
use serde_json::json;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vigie_bus::kafka::{Cursor, Handle, KafkaFeed, Options, Relay, State, open_database};
use vigie_bus::{PARTITIONS, Record, Topics};
use vigie_clock::{Ids as _, SystemClock, SystemIds};
use vigie_eventlog::{Append, EventLog, Location};
use vigie_progress::Progress;
use vigie_testkit::{Kafka, Scratch};

use crate::append::open_log;
use crate::golden;
use crate::harness::{blocking, fsyncs_per_second, median, percentile_ms, rounded_ms, text, thousandths};
use crate::report::{Better, Report, Reports, conditions};
use crate::servers;

/// Events a second whose way is timed.
const RATE: u64 = 1_000;
const LAG_ROUND: Duration = Duration::from_secs(6);
const LAG_ROUNDS: usize = 3;

/// Events that are carried in a round.
const CARRIED: usize = 20_000;
const CARRY_ROUNDS: usize = 4;

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(60);

/// A log, its topics and what is beneath.
struct Bench {
    scratch: Scratch,
    bootstrap: String,
    options: Options,
    topics: Topics,
    location: Location,
    view: Location,
    log: EventLog,
    _kafka: Kafka,
    _server: Arc<vigie_testkit::Postgres>,
}

impl Bench {
    async fn open() -> Result<Self, String> {
        let server = servers::postgres().await?;
        let url = servers::database(&server, "vigie").await?;
        let kafka = blocking(Kafka::start_for_bench).await?;
        let at = |schema: &str| Location::Postgres { url: url.clone(), schema: schema.to_owned() };
        let (location, view) = (at("lines"), at("progress"));
        let log = open_log(location.clone()).await?;
        let bootstrap = kafka.bootstrap();
        let options =
            Options { brokers: vec![bootstrap.clone()], replication_factor: 1, ..Options::default() };
        Ok(Self {
            scratch: Scratch::new("bench").map_err(text)?,
            topics: Topics::new("lines", &["line"]).map_err(text)?,
            bootstrap,
            options,
            location,
            view,
            log,
            _kafka: kafka,
            _server: server,
        })
    }

    async fn relay(&self) -> Result<Handle, String> {
        let database = open_database(self.location.clone(), None).await.map_err(text)?;
        let relay = Relay::start(self.options.clone(), self.topics.clone(), self.log.clone(), database);
        let relay = relay.map_err(text)?;
        let mut states = relay.states();
        let leads = states.wait_for(|state| matches!(state, State::Leading { .. }));
        timeout(LIMIT, leads).await.map_err(text)?.map_err(text)?;
        Ok(relay)
    }

    fn client(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.bootstrap);
        config
    }

    fn producer(&self) -> ClientConfig {
        let mut config = self.client();
        config
            .set("acks", "all")
            .set("enable.idempotence", "true")
            .set("linger.ms", "0")
            .set("partitioner", "murmur2_random");
        config
    }

    fn fsyncs(&self) -> Result<f64, String> {
        fsyncs_per_second(self.scratch.path()).map_err(text)
    }
}

fn registered(line: Uuid) -> Append {
    golden::append(line, &[golden::REGISTERED], &[])
}

/// Runs `way` so many times a second for a round, each in a task of its own, and answers how long each took.
async fn timed<F, Fut>(way: F) -> Result<Vec<Duration>, String>
where
    F: Fn() -> Fut,
    Fut: Future<Output = Result<Duration, String>> + Send + 'static,
{
    let (start, mut ways) = (Instant::now(), Vec::new());
    let count = RATE * LAG_ROUND.as_secs();
    for number in 0..count {
        sleep_until(start + Duration::from_micros(number * 1_000_000 / RATE)).await;
        ways.push(tokio::spawn(way()));
    }
    let mut took = Vec::with_capacity(ways.len());
    for way in ways {
        took.push(timeout(LIMIT, way).await.map_err(text)?.map_err(text)??);
    }
    // What comes first meets what is not warm yet.
    Ok(took.split_off(took.len() / 6))
}

/// Append → visible in the progress view by way of Kafka, against produce → consume.
pub async fn view_lag() -> Reports {
    let bench = Bench::open().await?;
    let relay = bench.relay().await?;
    let feed = KafkaFeed::new(
        bench.options.clone(),
        bench.topics.context(),
        "progress",
        Arc::new(bench.log.clone()),
    );
    let options = vigie_progress::Options::new(bench.view.clone());
    let progress = Progress::open(options, Arc::new(feed), Arc::new(SystemClock)).await.map_err(text)?;
    let (stop, running) = (CancellationToken::new(), progress.clone());
    let stopped = stop.clone();
    let view = tokio::spawn(async move { running.run(stopped.cancelled_owned()).await });
    let bare = Bare::open(&bench).await?;
    sleep(Duration::from_secs(2)).await;

    let (mut ours, mut theirs, mut ratios, mut fsyncs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..=LAG_ROUNDS {
        let mut ours_now = timed(|| {
            let (log, progress) = (bench.log.clone(), progress.clone());
            async move {
                let since = Instant::now();
                let appended = log.append(registered(SystemIds.next())).await.map_err(text)?;
                let position = appended.events.last().map_or(0, |event| event.position);
                progress.reached(position).await;
                Ok(since.elapsed())
            }
        })
        .await?;
        let mut theirs_now = timed(|| bare.way()).await?;
        if round == 0 {
            // The broker compiles what it runs while it runs it: the first round is nobody's.
            continue;
        }
        ratios.push(thousandths(percentile_ms(&mut ours_now, 99) / percentile_ms(&mut theirs_now, 99)));
        ours.append(&mut ours_now);
        theirs.append(&mut theirs_now);
        fsyncs.push(bench.fsyncs()?);
    }
    stop.cancel();
    view.await.map_err(text)?.map_err(text)?;
    relay.shutdown(Instant::now() + LIMIT).await;
    Ok(vec![Report {
        name: "view_lag_vs_kafka_p99",
        value: percentile_ms(&mut ours, 99) / percentile_ms(&mut theirs, 99),
        unit: "ratio",
        goal: 2.0,
        better: Better::Lower,
        conditions: conditions(json!({
            "ours": "append called → committed in PostgreSQL → relay (transaction) → Kafka → progress view committed and seen",
            "bare": "rdkafka produce (acks=all, idempotent, linger 0) → consume, same key and value",
            "events_per_s": RATE,
            "samples_each": ours.len(),
            "ratio_by_round": ratios,
            "view_p50_ms": rounded_ms(&mut ours, 50),
            "view_p99_ms": rounded_ms(&mut ours, 99),
            "bare_p50_ms": rounded_ms(&mut theirs, 50),
            "bare_p99_ms": rounded_ms(&mut theirs, 99),
            "fsyncs_per_s": median(fsyncs).round(),
            "engine": "PostgreSQL",
        })),
    }])
}

/// Produce and consume, and nothing else.
struct Bare {
    producer: FutureProducer,
    topic: String,
    waiting: Waiting,
    consuming: tokio::task::JoinHandle<()>,
}

type Waiting = Arc<std::sync::Mutex<std::collections::HashMap<Vec<u8>, tokio::sync::oneshot::Sender<()>>>>;

impl Bare {
    async fn open(bench: &Bench) -> Result<Self, String> {
        let topic = bench.topics.events().name.replace("events", "bare");
        bench._kafka.create_topic(&topic, PARTITIONS as u16, &[]).map_err(text)?;
        let consumer: StreamConsumer = bench.client().set("group.id", "bare").create().map_err(text)?;
        let mut partitions = TopicPartitionList::new();
        for partition in 0..PARTITIONS {
            partitions.add_partition_offset(&topic, partition, Offset::End).map_err(text)?;
        }
        consumer.assign(&partitions).map_err(text)?;
        let waiting = Waiting::default();
        let waited_for = waiting.clone();
        let consuming = tokio::spawn(async move {
            while let Ok(message) = consumer.recv().await {
                let sender = message.key().and_then(|key| waited_for.lock().ok()?.remove(key));
                if let Some(sender) = sender {
                    let _ = sender.send(());
                }
            }
        });
        let producer = bench.producer().create().map_err(text)?;
        Ok(Self { producer, topic, waiting, consuming })
    }

    fn way(&self) -> impl Future<Output = Result<Duration, String>> + Send + 'static {
        let (producer, topic, waiting) = (self.producer.clone(), self.topic.clone(), self.waiting.clone());
        async move {
            let line = SystemIds.next();
            let (key, payload) =
                (line.to_string().into_bytes(), golden::payload(golden::REGISTERED, line, &[]));
            let (sender, seen) = tokio::sync::oneshot::channel();
            if let Ok(mut waiting) = waiting.lock() {
                waiting.insert(key.clone(), sender);
            }
            let since = Instant::now();
            let record = FutureRecord::to(&topic).key(&key).payload(&payload);
            producer.send(record, LIMIT).await.map_err(|(error, _)| text(error))?;
            seen.await.map_err(text)?;
            Ok(since.elapsed())
        }
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.consuming.abort();
    }
}

/// Events a second that the relay carries, against a bare producer of the same records to the same two topics.
pub async fn relay() -> Reports {
    let bench = Bench::open().await?;
    let (mut ours, mut bare, mut fsyncs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..CARRY_ROUNDS {
        let from = bench.log.head().await.map_err(text)?.position;
        golden::fill(&bench.log, CARRIED, registered).await?;
        let head = bench.log.head().await.map_err(text)?.position;
        let relay = bench.relay().await?;
        let database = open_database(bench.location.clone(), None).await.map_err(text)?;
        let cursor = Cursor::new(database, &bench.topics);
        // Counted from where it stood when it took the lead, so that connecting is not in the rate.
        let (start, there) = (Instant::now(), cursor.read().await.map_err(text)?);
        let first = there.map_or(from, |there| there.position.max(from));
        while cursor.read().await.map_err(text)?.is_none_or(|there| there.position < head) {
            if start.elapsed() > LIMIT {
                return Err("the relay does not come on".to_owned());
            }
            sleep(Duration::from_millis(2)).await;
        }
        ours.push((head - first) as f64 / start.elapsed().as_secs_f64());
        relay.shutdown(Instant::now() + LIMIT).await;
        bare.push(produce(&bench, from).await?);
        fsyncs.push(bench.fsyncs()?);
    }
    let ratios: Vec<_> = ours.iter().zip(&bare).map(|(ours, bare)| thousandths(ours / bare)).collect();
    Ok(vec![Report {
        name: "relay_vs_bare",
        value: median(ratios.iter().copied()),
        unit: "ratio",
        goal: 0.6,
        better: Better::Higher,
        conditions: conditions(json!({
            "relay": "PostgreSQL → transactional producer → events and state topic, cursor moved after each transaction",
            "bare": "rdkafka, idempotent, acks=all, linger 0: the same records to the same two topics",
            "events_per_round": CARRIED,
            "payload_bytes": golden::REGISTERED.payload.trim().len(),
            "ratio_by_round": ratios,
            "relay_per_s": median(ours).round(),
            "bare_per_s": median(bare).round(),
            "fsyncs_per_s": median(fsyncs).round(),
        })),
    }])
}

async fn produce(bench: &Bench, after: i64) -> Result<f64, String> {
    let producer: BaseProducer = bench.producer().create().map_err(text)?;
    let mut events = Vec::with_capacity(CARRIED);
    while events.len() < CARRIED {
        events.extend(bench.log.read(after + events.len() as i64, 4096).await.map_err(text)?);
    }
    events.truncate(CARRIED);
    let topics = bench.topics.all().into_iter().map(|topic| topic.name).collect::<Vec<_>>();
    blocking(move || {
        let start = std::time::Instant::now();
        for event in &events {
            let record = Record::of(event, "lines");
            for topic in &topics {
                let mut headers = OwnedHeaders::new_with_capacity(record.headers.len());
                for (name, value) in &record.headers {
                    headers = headers.insert(Header { key: name, value: Some(value.as_ref()) });
                }
                loop {
                    let message = BaseRecord::<[u8], [u8]>::to(topic)
                        .key(&record.key[..])
                        .payload(&record.payload[..])
                        .headers(headers.clone());
                    match producer.send(message) {
                        Ok(()) => break,
                        Err(_) => {
                            producer.poll(Duration::from_millis(1));
                        }
                    }
                }
            }
        }
        producer.flush(LIMIT).map_err(text)?;
        Ok::<_, String>(events.len() as f64 / start.elapsed().as_secs_f64())
    })
    .await
}
