//! What a CRM sees: every event by Apache Kafka, in order, whatever happens to the broker, and a table that stays right.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;
use vigie_acceptance::{Door, Kind, Person, Stage, System, machine, provision, publish_on, register_lines};
use vigie_proto::commitments::{ListCasesRequest, Verdict};
use vigie_proto::lines::SuspensionReason;
use vigie_proto::log::FeedRequest;
use vigie_testkit::{Kafka, Kcat, Process, Python, Scratch};

const EVENTS: &str = "vigie.lines.events.v1";

/// Cases on a page.
const PAGE: usize = 100;

/// How long whatever must happen by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(60);

/// Vigie on all real parts.
struct World {
    kafka: Kafka,
    _stage: Stage,
    system: System,
    /// Ids.
    lines: Vec<String>,
    manager: Door,
}

impl World {
    async fn open(lines: usize) -> Self {
        let (kafka, stage, system) = tokio::task::block_in_place(|| {
            let (kafka, stage) = (Kafka::start().unwrap(), Stage::new(Kind::Real));
            provision(&stage, lines);
            let system = stage.start_with(0, |command| publish_on(&kafka, command));
            (kafka, stage, system)
        });
        let operator = system.door(&Person::staff("operator")).await;
        let lines = register_lines(&stage, &operator, lines).await;
        let lines = lines.iter().map(|line| line.line_id.to_string()).collect();
        let manager = system.manager().await;
        Self { kafka, _stage: stage, system, lines, manager }
    }

    async fn suspend(&self, line: &str) {
        self.manager.suspend(line, SuspensionReason::Theft).await.unwrap();
    }

    async fn reinstate(&self, line: &str) {
        self.manager.reinstate(line, SuspensionReason::Theft).await.unwrap();
    }

    /// Versions of each stream as the log has them.
    async fn log(&self) -> BTreeMap<String, Vec<i64>> {
        let operator = self.system.door(&Person::staff("operator")).await;
        let request = operator.request(FeedRequest::default(), SOON);
        let mut feed = operator.log().feed(request).await.unwrap().into_inner();
        let mut versions: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        while let Some(message) = feed.message().await.unwrap() {
            if let Some(event) = message.event {
                versions.entry(event.stream_id).or_default().push(event.stream_version);
            }
        }
        versions
    }

    /// Versions of each key of the events topic, in the order of the topic, as kcat reads it once all are there.
    async fn topic(&self) -> BTreeMap<String, Vec<i64>> {
        let log = self.log().await;
        let started = Instant::now();
        loop {
            let records = tokio::task::block_in_place(|| {
                Kcat::find().unwrap().consume(&self.kafka.bootstrap(), EVENTS, SOON).unwrap()
            });
            let mut versions: BTreeMap<String, Vec<i64>> = BTreeMap::new();
            for record in &records {
                let version = record.header("ce_sequence").unwrap().parse().unwrap();
                versions.entry(record.key.clone().unwrap()).or_default().push(version);
            }
            let newest = |of: &BTreeMap<String, Vec<i64>>| -> BTreeMap<String, i64> {
                of.iter().map(|(key, versions)| (key.clone(), *versions.iter().max().unwrap())).collect()
            };
            if newest(&versions) == newest(&log) {
                return versions;
            }
            assert!(started.elapsed() < SOON, "the topic lacks events: {versions:?} of {log:?}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
}

/// A stream seen again from an earlier version is what a relay does that begins again; who skips versions that he has
/// seen has every version once and in order.
fn assert_in_order(topic: &BTreeMap<String, Vec<i64>>, log: &BTreeMap<String, Vec<i64>>) {
    for (stream, versions) in log {
        let mut seen = 0;
        for version in &topic[stream] {
            assert!(*version <= seen + 1, "stream {stream}: {version} after {seen}");
            seen = seen.max(*version);
        }
        assert_eq!(seen, *versions.last().unwrap(), "stream {stream}");
    }
}

/// Waits until the ledger, which follows by Kafka, has judged so many cases as kept.
async fn assert_kept(world: &World, cases: usize) {
    let auditor = world.system.door(&Person::staff("auditor")).await;
    let started = Instant::now();
    loop {
        let request = ListCasesRequest {
            characteristic: "9.3".to_owned(),
            page_size: PAGE as i32,
            ..Default::default()
        };
        let answer = auditor.commitments().list_cases(auditor.request(request, SOON)).await.unwrap();
        let found = answer.into_inner().cases;
        let kept = found.iter().filter(|case| case.verdict() == Verdict::Kept).count();
        if kept == cases {
            return;
        }
        assert!(started.elapsed() < SOON, "{kept} of {cases} cases are kept");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// CloudEvents by a library that we did not write, from a client that we did not write: one JSON a line.
const CLOUD_EVENTS: &str = r#"
import json, sys
from confluent_kafka import Consumer, TopicPartition
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
bootstrap, topic, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "cloudevents", "auto.offset.reset": "earliest"})
consumer.subscribe([topic])
while count:
    message = consumer.poll(1)
    if message is None or message.error():
        continue
    event = from_binary(KafkaMessage(headers=dict(message.headers()), key=message.key(), value=message.value()), JSONFormat())
    print(json.dumps({"id": event.get_id(), "type": event.get_type(), "source": event.get_source(),
                      "key": message.key().decode(), "partitionkey": event.get_extension("partitionkey"),
                      "sequence": event.get_extension("sequence"), "line": event.get_data()["line_id"]}), flush=True)
    count -= 1
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_suspensions_events_reach_clients_that_we_did_not_write() {
    let _machine = machine().await;
    let world = World::open(1).await;
    let line = &world.lines[0];
    world.suspend(line).await;
    world.reinstate(line).await;

    let topic = world.topic().await;
    assert_eq!(
        topic[line],
        [1, 2, 3, 4, 5, 6],
        "registered, THEFT asked and confirmed, lifted, second contact"
    );
    assert_kept(&world, 2).await;

    let events: Vec<Value> = tokio::task::block_in_place(|| {
        let scratch = Scratch::new("cloudevents").unwrap();
        let arguments = [world.kafka.bootstrap(), EVENTS.to_owned(), "6".to_owned()];
        let python = Python::with_kafka().unwrap().run_text(&scratch, CLOUD_EVENTS, arguments).unwrap();
        (0..6)
            .map(|number| {
                let is_next = |line: &str| line.contains(&format!("\"sequence\": \"{:019}\"", number + 1));
                let line = python.wait_for_line("a CloudEvent", SOON, is_next).unwrap();
                serde_json::from_str(&line.text).unwrap()
            })
            .collect()
    });
    for event in &events {
        assert_eq!(event["key"], line.as_str());
        assert_eq!(event["partitionkey"], line.as_str());
        assert_eq!(event["line"], line.as_str());
        assert_eq!(event["source"], format!("/vigie/lines/0/{line}"));
    }
    assert_eq!(events[1]["type"], "vigie.line.suspension_requested.v1");
    assert_eq!(events[2]["type"], "vigie.line.suspension_confirmed.v1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_broker_that_dies_or_freezes_fails_no_command_and_everything_arrives() {
    let _machine = machine().await;
    let world = World::open(6).await;
    for away in ["dead", "frozen"] {
        tokio::task::block_in_place(|| match away {
            "dead" => world.kafka.kill().unwrap(),
            _ => world.kafka.freeze().unwrap(),
        });
        // Longer than the producer's delivery timeout.
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(5) {
            for line in &world.lines {
                world.suspend(line).await;
                world.reinstate(line).await;
            }
        }
        tokio::task::block_in_place(|| match away {
            "dead" => world.kafka.restart().unwrap(),
            _ => world.kafka.thaw().unwrap(),
        });
        let (topic, log) = (world.topic().await, world.log().await);
        assert_in_order(&topic, &log);
    }
    let acts: usize = world.log().await.values().map(|versions| (versions.len() - 1) / 5 * 2).sum();
    // One page of them: the ledger has come that far by way of the same broker.
    assert_kept(&world, acts.min(PAGE)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_example_crm_keeps_its_table_right_through_restarts() {
    let _machine = machine().await;
    let world = World::open(4).await;
    let folder = Scratch::new("crm").unwrap();
    let properties = folder.path().join("client.properties");
    // Or the partitions of a killed consumer wait 45 s for it.
    let settings =
        format!("bootstrap.servers={}\ngroup.id=crm\nsession.timeout.ms=6000\n", world.kafka.bootstrap());
    std::fs::write(&properties, settings).unwrap();
    let table = folder.path().join("crm.db");

    world.suspend(&world.lines[0]).await;
    world.topic().await;
    let first = crm(&folder, &properties, &table);
    assert_table(&world, &table).await;

    // A second one takes half of the partitions, and is killed.
    let other = crm(&folder, &properties, &table);
    world.suspend(&world.lines[1]).await;
    world.reinstate(&world.lines[0]).await;
    assert_table(&world, &table).await;
    tokio::task::block_in_place(|| other.kill9().unwrap());
    world.suspend(&world.lines[2]).await;
    assert_table(&world, &table).await;

    // Killed, and everything read again from the beginning.
    tokio::task::block_in_place(|| first.kill9().unwrap());
    world.suspend(&world.lines[3]).await;
    sql(&table, "UPDATE offsets SET next = 0");
    let _again = crm(&folder, &properties, &table);
    assert_table(&world, &table).await;
}

fn crm(folder: &Scratch, properties: &Path, table: &Path) -> Process {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../deploy/examples/crm.py");
    let arguments = [properties.display().to_string(), table.display().to_string()];
    Python::with_kafka().unwrap().run(folder, &script, arguments).unwrap()
}

fn sql(table: &Path, statement: &str) -> String {
    let code = "import sqlite3, sys\nc = sqlite3.connect(sys.argv[1], timeout=60)\n\
                rows = c.execute(sys.argv[2]).fetchall()\nc.commit()\n\
                print('\\n'.join('|'.join(map(str, row)) for row in rows))";
    let python = Python::with_kafka().unwrap();
    let output =
        Command::new(python.interpreter()).args(["-c", code]).arg(table).arg(statement).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Waits until the CRM's table shows every line as Vigie does.
async fn assert_table(world: &World, table: &Path) {
    let mut expected = BTreeMap::new();
    for line in &world.lines {
        let now = world.manager.line(line).await.unwrap();
        let state = now.state().as_str_name().trim_start_matches("LINE_STATE_").to_owned();
        expected.insert(line.clone(), (now.version, state));
    }
    let started = Instant::now();
    loop {
        let rows = tokio::task::block_in_place(|| match table.exists() {
            true => sql(table, "SELECT line_id, sequence, state FROM lines ORDER BY line_id"),
            false => String::new(),
        });
        let shown: BTreeMap<_, _> = rows
            .lines()
            .filter_map(|row| {
                let mut fields = row.split('|');
                let (line_id, version, state) = (fields.next()?, fields.next()?, fields.next()?);
                Some((line_id.to_owned(), (version.parse::<i64>().ok()?, state.to_owned())))
            })
            .collect();
        if shown == expected {
            return;
        }
        assert!(started.elapsed() < SOON, "the CRM shows {shown:?} and not {expected:?}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}
