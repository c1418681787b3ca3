use std::time::{Duration, Instant};

use vigie_testkit::{Kafka, Kcat, Message, Process, Python, Right, Scratch, SecureKafka};

const LIMIT: Duration = Duration::from_secs(20);

const HEADERS: [(&str, &str); 4] = [
    ("ce_specversion", "1.0"),
    ("ce_id", "0190d3e2-0000-7000-8000-000000000001"),
    ("ce_source", "/vigie/lines/0/7f"),
    ("ce_type", "vigie.line.suspension_requested.v1"),
];

fn message(payload: &str) -> Message<'_> {
    Message { key: Some("7f"), headers: &HEADERS, payload: Some(payload.as_bytes()) }
}

fn payloads(bootstrap: &str, topic: &str) -> Vec<String> {
    let records = Kcat::find().unwrap().consume(bootstrap, topic, LIMIT).unwrap();
    records.into_iter().map(|record| record.payload.unwrap()).collect()
}

/// A foreign client that prints the first record of a topic as the CloudEvent it is.
const READ_ONE: &str = r#"
import sys
from confluent_kafka import Consumer
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
bootstrap, topic = sys.argv[1:]
consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": topic, "auto.offset.reset": "earliest"})
consumer.subscribe([topic])
record = consumer.poll(15)
event = from_binary(KafkaMessage(dict(record.headers()), record.key(), record.value()), JSONFormat())
print(record.partition(), event.get_type(), event.get_source(), event.get_extension("partitionkey"), event.get_data()["line"])
consumer.close()
"#;

#[test]
fn what_kcat_produces_confluents_client_reads_as_a_cloud_event() {
    let kafka = Kafka::shared().unwrap();
    let topic = kafka.fresh_name("round-trip");
    kafka.create_topic(&topic, 12, &[("cleanup.policy", "compact")]).unwrap();
    let headers = [&HEADERS[..], &[("content-type", "application/json")]].concat();
    let message = Message { headers: &headers, ..message(r#"{"line": 7}"#) };
    Kcat::find().unwrap().produce(&kafka.bootstrap(), &topic, message).unwrap();

    let home = Scratch::new("python").unwrap();
    let python = Python::with_kafka().unwrap();
    let reader = python.run_text(&home, READ_ONE, [kafka.bootstrap(), topic.clone()]).unwrap();
    let line = reader.wait_for_line("the event", LIMIT, |line| line.contains("vigie.line")).unwrap();
    assert!(
        line.text.ends_with(" vigie.line.suspension_requested.v1 /vigie/lines/0/7f 7f 7"),
        "{}",
        line.text
    );
    assert!(reader.wait(LIMIT).unwrap().success());

    let records = Kcat::find().unwrap().take(&kafka.bootstrap(), &topic, 1, LIMIT).unwrap();
    assert_eq!(line.text.split(' ').next().unwrap(), records[0].partition.to_string());
    assert_eq!(records[0].key.as_deref(), Some("7f"));
    assert_eq!(records[0].payload.as_deref(), Some(r#"{"line": 7}"#));
    let read: Vec<_> = records[0].headers().map(|(name, value)| (name, value.unwrap())).collect();
    assert_eq!(read, headers);
    assert_eq!(records[0].header("ce_source"), Some("/vigie/lines/0/7f"));
}

#[test]
fn a_topic_that_is_there_already_or_a_setting_that_is_not_one_is_refused_with_the_brokers_words() {
    let kafka = Kafka::shared().unwrap();
    let topic = kafka.fresh_name("twice");
    kafka.create_topic(&topic, 1, &[]).unwrap();
    let error = kafka.create_topic(&topic, 1, &[]).unwrap_err().to_string();
    assert!(error.contains("already exists"), "{error}");
    let error = kafka.create_topic(&kafka.fresh_name("x"), 1, &[("no.such", "1")]).unwrap_err().to_string();
    assert!(error.contains("no.such"), "{error}");
    let error = Kcat::find().unwrap().consume(&kafka.bootstrap(), "never-created", LIMIT).unwrap_err();
    assert!(error.to_string().contains("Unknown topic"), "{error}");
}

#[test]
fn a_null_and_an_empty_payload_differ() {
    let kafka = Kafka::shared().unwrap();
    let topic = kafka.fresh_name("null");
    kafka.create_topic(&topic, 1, &[]).unwrap();
    let kcat = Kcat::find().unwrap();
    kcat.produce(&kafka.bootstrap(), &topic, Message { payload: None, ..message("") }).unwrap();
    kcat.produce(&kafka.bootstrap(), &topic, message("")).unwrap();
    let records = kcat.consume(&kafka.bootstrap(), &topic, LIMIT).unwrap();
    let read: Vec<_> =
        records.iter().map(|record| (record.key.as_deref(), record.payload.as_deref())).collect();
    assert_eq!(read, [(Some("7f"), None), (Some("7f"), Some(""))]);
}

#[test]
fn taking_more_than_there_is_ends_at_the_limit() {
    let kafka = Kafka::shared().unwrap();
    let topic = kafka.fresh_name("few");
    kafka.create_topic(&topic, 1, &[]).unwrap();
    let asked = Instant::now();
    let error = Kcat::find().unwrap().take(&kafka.bootstrap(), &topic, 1, Duration::from_millis(500));
    assert!(error.is_err());
    assert!(asked.elapsed() < Duration::from_secs(5));
}

#[test]
fn what_was_produced_is_there_after_a_kill_a_freeze_and_a_restart_but_not_after_the_drop() {
    let kafka = Kafka::start().unwrap();
    let bootstrap = kafka.bootstrap();
    let kcat = Kcat::find().unwrap();
    kafka.create_topic("crash", 1, &[]).unwrap();
    kcat.produce(&bootstrap, "crash", message("one")).unwrap();

    kafka.kill().unwrap();
    assert!(kcat.consume(&bootstrap, "crash", Duration::from_secs(2)).is_err());
    kafka.restart().unwrap();
    assert_eq!(kafka.bootstrap(), bootstrap);
    kcat.produce(&bootstrap, "crash", message("two")).unwrap();

    kafka.freeze().unwrap();
    let answer = kcat.consume(&bootstrap, "crash", Duration::from_secs(1));
    assert!(answer.is_err(), "a frozen broker answered");
    kafka.thaw().unwrap();
    assert_eq!(payloads(&bootstrap, "crash"), ["one", "two"]);

    kafka.restart().unwrap();
    assert_eq!(payloads(&bootstrap, "crash"), ["one", "two"]);

    drop(kafka);
    assert!(std::net::TcpStream::connect(&bootstrap).is_err());
}

#[test]
fn the_secure_listener_wants_the_password_and_the_right() {
    let kafka = Kafka::start_secure().unwrap();
    kafka.plain().create_topic("open", 1, &[]).unwrap();
    kafka.plain().create_topic("closed", 1, &[]).unwrap();
    let kcat = Kcat::find().unwrap();
    kcat.produce(&kafka.plain().bootstrap(), "open", message("for the CRM")).unwrap();
    kafka.add_user("crm", "right").unwrap();
    kafka.allow("crm", &[Right::ReadTopic("open"), Right::JoinGroup("crm-*")]).unwrap();

    let expect = |password, action, topic, expected: &str| {
        let home = Scratch::new("python").unwrap();
        let attempt = attempt(&home, &kafka, password, action, topic);
        attempt.wait_for_line(expected, LIMIT, |line| line == expected).unwrap();
    };
    expect("right", "consume", "open", "for the CRM");
    expect("wrong", "consume", "open", "_AUTHENTICATION");
    expect("right", "consume", "closed", "TOPIC_AUTHORIZATION_FAILED");
    expect("right", "produce", "open", "TOPIC_AUTHORIZATION_FAILED");

    kafka.revoke("crm", &[Right::ReadTopic("open")]).unwrap();
    expect("right", "consume", "open", "TOPIC_AUTHORIZATION_FAILED");

    kafka.add_user("crm", "changed").unwrap();
    kafka.allow("crm", &[Right::WriteTopic("op*")]).unwrap();
    expect("right", "produce", "open", "_AUTHENTICATION");
    expect("changed", "produce", "open", "delivered");
    assert_eq!(payloads(&kafka.plain().bootstrap(), "open"), ["for the CRM", "from the CRM"]);
}

/// Prints what it consumes, or that it delivered, or errors by their names, until it is ended.
const CLIENT: &str = r#"
import sys
from confluent_kafka import Consumer, Producer
action, topic = sys.argv[1:3]
settings = dict(pair.split("=", 1) for pair in sys.argv[3:])
settings["error_cb"] = lambda error: print(error.name())
if action == "produce":
    producer = Producer(settings)
    report = lambda error, record: print(error.name() if error else "delivered")
    producer.produce(topic, b"from the CRM", on_delivery=report)
    producer.flush()
else:
    consumer = Consumer({**settings, "group.id": "crm-1", "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    while True:
        record = consumer.poll(1)
        if record is not None:
            print(record.error().name() if record.error() else record.value().decode())
"#;

fn attempt(home: &Scratch, kafka: &SecureKafka, password: &str, action: &str, topic: &str) -> Process {
    let mut settings = kafka.client_settings("crm", password);
    settings.push(("bootstrap.servers", kafka.bootstrap()));
    let settings = settings.iter().map(|(name, value)| format!("{name}={value}"));
    let args = [action.to_owned(), topic.to_owned()].into_iter().chain(settings);
    Python::with_kafka().unwrap().run_text(home, CLIENT, args).unwrap()
}
