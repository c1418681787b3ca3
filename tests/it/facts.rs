//! What a contact centre tells by Kafka, written by a client that we did not write onto a running Vigie: taken once, repeats
//! absorbed, what is wrong put aside and visible, and nothing lost or doubled when the process is killed in the middle.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use vigie_acceptance::{Kind, Person, Stage, System, eventually, grpcurl, machine};
use vigie_clock::{Ids as _, SystemIds};
use vigie_testkit::Python;

const TOPIC: &str = "vigie.routing.facts.v1";

/// How long whatever must happen by itself may take on a busy machine.
const SOON: Duration = Duration::from_secs(120);

/// Calls that come in while the process is killed; each leads to three facts.
const CALLS: usize = 1_500;

/// Of so many records one is no fact.
const GARBAGE_EVERY: usize = 100;

/// Writes the records of a file, key and value in JSON a line, as a contact centre's own client does.
const PRODUCE: &str = r#"
import json, sys
from confluent_kafka import Producer
failed = []
producer = Producer({"bootstrap.servers": sys.argv[1], "enable.idempotence": True})
for line in open(sys.argv[3]):
    record = json.loads(line)
    while True:
        try:
            producer.produce(sys.argv[2], key=record["key"], value=record["value"],
                             on_delivery=lambda error, _: failed.append(error) if error else None)
            break
        except BufferError:
            producer.poll(0.1)
producer.flush()
sys.exit(f"not written: {failed[0]}" if failed else 0)
"#;

/// The settings of a topic, one a line.
const SETTINGS: &str = r#"
import sys
from confluent_kafka.admin import AdminClient, ConfigResource
admin = AdminClient({"bootstrap.servers": sys.argv[1]})
topic = admin.list_topics(timeout=10).topics.get(sys.argv[2])
if topic is None:
    sys.exit("no such topic")
print(f"partitions={len(topic.partitions)}")
for future in admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, sys.argv[2])]).values():
    for name, entry in sorted(future.result().items()):
        print(f"{name}={entry.value}")
"#;

/// A running Vigie with a team, and the contact centre beside it.
struct Centre {
    stage: Stage,
    token: String,
}

impl Centre {
    fn open() -> (Self, System) {
        let stage = Stage::new(Kind::Real).with_kafka();
        let system = stage.start(0);
        let token = stage.mint(&Person::staff("operator").grant());
        let centre = Self { stage, token };
        let day = json!({ "windows": ["00:00-24:00"] });
        let desk = json!({
            "name": "fleet", "purpose": "DESK_PURPOSE_END_USER", "segments": ["SEGMENT_SME_FLEET"],
            "languages": ["LANGUAGE_FRENCH"], "rank": 1,
            "hours": {
                "time_zone": "Europe/Paris", "holiday_zone": "metropole", "calendar_version": 1,
                "week": [day, day, day, day, day, day, day], "holidays": day,
            },
            "external_identifiers": [{ "owner": "acd", "type": "queue", "id": "fleet" }],
        });
        let message = json!({ "request_id": SystemIds.next().to_string(), "desk": desk });
        centre.call(&system, "DeskService/RegisterDesk", &message).unwrap();
        (centre, system)
    }

    fn call(&self, system: &System, method: &str, message: &Value) -> Result<Value, String> {
        grpcurl(system.endpoint(), &self.token, &format!("vigie.routing.v1.{method}"), message)
    }

    fn python(&self, script: &str, arguments: &[&str]) -> Result<String, String> {
        let python = Python::with_kafka().unwrap();
        let bootstrap = self.stage.kafka().bootstrap();
        let output = Command::new(python.interpreter())
            .args(["-c", script, &bootstrap, TOPIC])
            .args(arguments)
            .output()
            .unwrap();
        match output.status.success() {
            true => Ok(String::from_utf8(output.stdout).unwrap()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    /// Writes records under their keys, in this order.
    fn tell(&self, records: &[(String, String)]) {
        let mut text = String::new();
        for (key, value) in records {
            writeln!(text, "{}", json!({ "key": key, "value": value })).unwrap();
        }
        let file = self.stage.scratch().path().join("records.jsonl");
        std::fs::write(&file, text).unwrap();
        self.python(PRODUCE, &[file.to_str().unwrap()]).unwrap();
    }

    fn contact(&self, system: &System, call: &str) -> Option<Value> {
        let message = json!({ "origin": "acd", "contact": call });
        Some(self.call(system, "ContactService/GetContact", &message).ok()?["contact"].clone())
    }

    fn rejected(&self, system: &System) -> Vec<Value> {
        let message = json!({ "page_size": 1000 });
        let answer = self.call(system, "ContactService/ListRejectedFacts", &message).unwrap();
        answer["facts"].as_array().cloned().unwrap_or_default()
    }

    /// How many events of each type about contacts and rejected facts the log has.
    fn counts(&self, system: &System) -> BTreeMap<String, usize> {
        let tail = ["--json", "log", "tail", "--log", "routing", "--after", "0"];
        let output = system.command().args(tail).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let mut counts = BTreeMap::new();
        for line in String::from_utf8(output.stdout).unwrap().lines() {
            let event: Value = serde_json::from_str(line).unwrap();
            let name = event["type"].as_str().unwrap();
            if name.starts_with("vigie.contact.") || name.starts_with("vigie.rejected_fact.") {
                *counts.entry(name.to_owned()).or_default() += 1;
            }
        }
        counts
    }
}

fn fact(call: &str, what: &str, data: &Value) -> (String, String) {
    let value = json!({
        "specversion": "1.0", "id": format!("{call}-{what}"), "source": "acd", "subject": call,
        "time": "2026-01-05T09:00:00Z", "type": format!("vigie.fact.{what}.v1"), "data": data,
    });
    (call.to_owned(), value.to_string())
}

/// What a call that is answered leads to.
fn call(name: &str) -> Vec<(String, String)> {
    let queue = json!({ "external": { "owner": "acd", "type": "queue", "id": "fleet" } });
    let caller = json!({ "number": "+33639980001" });
    vec![
        fact(name, "contact_offered", &json!({ "desk": queue, "channel": "PHONE", "caller": caller })),
        fact(name, "contact_answered", &json!({ "desk": queue, "wait_ms": 12_000 })),
        fact(name, "contact_ended", &json!({ "settled": true })),
    ]
}

fn garbage(key: &str) -> (String, String) {
    (key.to_owned(), "no CloudEvent, and +33639980009 all the same".to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_appears_once_whatever_is_repeated_and_what_is_no_fact_is_put_aside() {
    let _machine = machine().await;
    let (centre, system) = tokio::task::block_in_place(Centre::open);
    eventually("the topic is made", SOON, async || {
        tokio::task::block_in_place(|| centre.python(SETTINGS, &[]).is_ok())
    })
    .await;
    let settings = tokio::task::block_in_place(|| centre.python(SETTINGS, &[])).unwrap();
    for wanted in ["partitions=12", "cleanup.policy=delete", "retention.ms=604800000"] {
        assert!(settings.lines().any(|line| line == wanted), "{wanted} is missing in:\n{settings}");
    }

    let facts = call("call-1");
    let nowhere = json!({ "external": { "owner": "acd", "type": "queue", "id": "gone" } });
    let nowhere = fact("call-2", "contact_offered", &json!({ "desk": nowhere, "channel": "PHONE" }));
    let [offered, answered, ended] = facts.as_slice() else { panic!("{facts:?}") };
    let records =
        [offered, offered, &garbage("call-1"), &nowhere, answered, offered, ended].map(Clone::clone);
    tokio::task::block_in_place(|| centre.tell(&records));
    eventually("the call appears", SOON, async || {
        tokio::task::block_in_place(|| {
            let call = centre.contact(&system, "call-1");
            call.is_some_and(|call| call["facts"] == 3) && centre.rejected(&system).len() == 2
        })
    })
    .await;
    // Once more, as a contact centre does that does not know whether it had.
    tokio::task::block_in_place(|| centre.tell(&call("call-1")));
    tokio::task::block_in_place(|| centre.tell(&call("call-3")));
    eventually("what comes later is taken", SOON, async || {
        tokio::task::block_in_place(|| {
            centre.contact(&system, "call-3").is_some_and(|call| call["facts"] == 3)
        })
    })
    .await;

    let listed = tokio::task::block_in_place(|| {
        centre.call(&system, "ContactService/ListContacts", &json!({})).unwrap()
    });
    assert_eq!(listed["contacts"].as_array().unwrap().len(), 2, "{listed}");
    let rejected = tokio::task::block_in_place(|| centre.rejected(&system));
    let mut reasons: Vec<_> = rejected.iter().map(|fact| fact["reason"].as_str().unwrap()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["DESK_NOT_FOUND", "INVALID_ARGUMENT"]);
    assert!(rejected.iter().all(|fact| fact["topic"] == TOPIC), "{rejected:?}");
    assert!(!format!("{rejected:?}").contains("3363998"), "{rejected:?}");
    assert!(system.is_ready());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_in_the_middle_loses_no_fact_and_doubles_none() {
    let _machine = machine().await;
    let (centre, mut system) = tokio::task::block_in_place(Centre::open);
    let mut records: Vec<_> = (0..CALLS).flat_map(|number| call(&format!("call-{number}"))).collect();
    let facts = records.len();
    for place in (0..facts).step_by(GARBAGE_EVERY) {
        records.insert(place, garbage(&format!("garbage-{place}")));
    }
    let garbage = records.len() - facts;
    tokio::task::block_in_place(|| centre.tell(&records));

    for part in [4, 2] {
        tokio::task::block_in_place(|| {
            let read = || system.sum("vigie_routing_facts_total");
            let end = Instant::now() + SOON;
            while read() < (records.len() / part / 2) as f64 {
                assert!(Instant::now() < end, "only {} were read", read());
                std::thread::sleep(Duration::from_millis(2));
            }
            system.process().kill9().unwrap();
            system = centre.stage.start(0);
        });
        let counts = tokio::task::block_in_place(|| centre.counts(&system));
        assert!(
            counts["vigie.contact.contact_offered.v1"] < CALLS,
            "it was killed in the middle: {counts:?}"
        );
    }

    let wanted: BTreeMap<String, usize> = [
        ("vigie.contact.contact_offered.v1", CALLS),
        ("vigie.contact.contact_answered.v1", CALLS),
        ("vigie.contact.contact_ended.v1", CALLS),
        ("vigie.rejected_fact.fact_rejected.v1", garbage),
    ]
    .map(|(name, count)| (name.to_owned(), count))
    .into();
    let end = Instant::now() + SOON;
    loop {
        let counts = tokio::task::block_in_place(|| centre.counts(&system));
        if wanted.iter().all(|(name, count)| counts.get(name).is_some_and(|found| found >= count)) {
            break;
        }
        assert!(Instant::now() < end, "not {wanted:?}: {counts:?}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    // What was read twice is on record once.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(tokio::task::block_in_place(|| centre.counts(&system)), wanted);
}
