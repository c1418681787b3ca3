//! What a CRM sees: every event by Apache Kafka, in order, whatever happens to the broker, and a table that stays right.

use std::time::{Duration, Instant};

use serde_json::Value;
use vigie_acceptance::{
    Crm, Door, EVENTS, Fleet, Kind, Marks, Person, Scene, Stage, assert_in_order, carried, machine,
};
use vigie_proto::commitments::{ListCasesRequest, Verdict};
use vigie_proto::lines::SuspensionReason;
use vigie_testkit::{Python, Scratch};

/// Cases on a page.
const PAGE: usize = 100;

/// How long whatever must happen by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(60);

/// Vigie on all real parts.
struct World {
    scene: Scene,
    /// Ids.
    lines: Vec<String>,
    manager: Door,
}

impl World {
    async fn open(lines: usize) -> Self {
        let scene = Scene::open(Fleet::new(Stage::new(Kind::Real).with_kafka(), 1), lines).await;
        let lines = scene.lines().iter().map(|line| line.line_id.to_string()).collect();
        let manager = scene.door(&Person::manager(scene.fleet().stage().account()));
        Self { scene, lines, manager }
    }

    async fn suspend(&self, line: &str) {
        self.manager.suspend(line, SuspensionReason::Theft).await.unwrap();
    }

    async fn reinstate(&self, line: &str) {
        self.manager.reinstate(line, SuspensionReason::Theft).await.unwrap();
    }

    /// What the events topic shows once all of the log is there.
    async fn topic(&self) -> Marks {
        carried(self.scene.fleet().stage().kafka(), &self.scene.record().await).await
    }
}

/// Waits until the ledger, which follows by Kafka, has judged so many cases as kept.
async fn assert_kept(world: &World, cases: usize) {
    let auditor = world.scene.door(&Person::staff("auditor"));
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
    let versions: Vec<_> = topic[line].iter().map(|(_, version)| *version).collect();
    assert_eq!(versions, [1, 2, 3, 4, 5, 6], "registered, THEFT asked and confirmed, lifted, second contact");
    assert_kept(&world, 2).await;

    let events: Vec<Value> = tokio::task::block_in_place(|| {
        let scratch = Scratch::new("cloudevents").unwrap();
        let kafka = world.scene.fleet().stage().kafka();
        let arguments = [kafka.bootstrap(), EVENTS.to_owned(), "6".to_owned()];
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
    let kafka = world.scene.fleet().stage().kafka();
    for away in ["dead", "frozen"] {
        tokio::task::block_in_place(|| match away {
            "dead" => kafka.kill().unwrap(),
            _ => kafka.freeze().unwrap(),
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
            "dead" => kafka.restart().unwrap(),
            _ => kafka.thaw().unwrap(),
        });
        assert_in_order(&world.topic().await);
    }
    let record = world.scene.settled().await;
    world.scene.readers_agree(&record).await;
    let acts = record.count("suspension_requested") + record.count("reinstatement_requested");
    // One page of them.
    assert_kept(&world, acts.min(PAGE)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_example_crm_keeps_its_table_right_through_restarts() {
    let _machine = machine().await;
    let world = World::open(4).await;
    let crm = Crm::of(world.scene.fleet().stage().kafka());

    world.suspend(&world.lines[0]).await;
    world.topic().await;
    let first = crm.start();
    crm.assert_shows(&world.scene).await;

    // A second one takes half of the partitions, and is killed.
    let other = crm.start();
    world.suspend(&world.lines[1]).await;
    world.reinstate(&world.lines[0]).await;
    crm.assert_shows(&world.scene).await;
    tokio::task::block_in_place(|| other.kill9().unwrap());
    world.suspend(&world.lines[2]).await;
    crm.assert_shows(&world.scene).await;

    // Killed, and everything read again from the beginning.
    tokio::task::block_in_place(|| first.kill9().unwrap());
    world.suspend(&world.lines[3]).await;
    crm.sql("UPDATE offsets SET next = 0");
    let _again = crm.start();
    crm.assert_shows(&world.scene).await;
}
