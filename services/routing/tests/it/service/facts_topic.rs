//! Facts by way of a real broker: taken, repeated, poisoned, and read again after the service ended.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer as _};
use serde_json::{Value, json};
use vigie_bus::kafka::Options;
use vigie_proto::routing::contact_service_client::ContactServiceClient;
use vigie_proto::routing::*;
use vigie_testkit::Kafka;

use super::desks::desk;
use super::house::*;

const TOPIC: &str = "vigie.routing.facts.v1";

/// A broker of its own: the topic has one name, and other tests would find each other's facts.
fn broker() -> Kafka {
    let kafka = Kafka::start().unwrap();
    kafka.create_topic(TOPIC, 3, &[]).unwrap();
    kafka
}

fn options(kafka: &Kafka) -> Options {
    Options { brokers: vec![kafka.bootstrap()], replication_factor: 1, ..Options::default() }
}

fn fact(id: &str, kind: &str, data: Value) -> String {
    let time = "2026-01-01T09:00:00Z";
    json!({
        "specversion": "1.0", "id": id, "source": "acd", "subject": "call-1", "time": time,
        "type": format!("vigie.fact.{kind}.v1"), "data": data,
    })
    .to_string()
}

/// Written and acknowledged, in this order, under one key.
fn write(kafka: &Kafka, values: &[String]) {
    let config = options(kafka).client().unwrap();
    let producer: BaseProducer = { ClientConfig::clone(&config) }.create().unwrap();
    for value in values {
        let record = BaseRecord::to(TOPIC).key("call-1").payload(value.as_str());
        producer.send(record).map_err(|(error, _)| error).unwrap();
    }
    producer.flush(Duration::from_secs(10)).unwrap();
}

async fn facts(house: &House) -> u32 {
    let mut client = ContactServiceClient::new(house.door(&operator()));
    let request = GetContactRequest {
        origin: "acd".to_owned(),
        contact: "call-1".to_owned(),
        ..GetContactRequest::default()
    };
    client.get_contact(request).await.map_or(0, |answer| answer.into_inner().contact.unwrap().facts)
}

async fn rejected(house: &House) -> Vec<RejectedFact> {
    house.listed().await;
    let mut client = ContactServiceClient::new(house.door(&operator()));
    client.list_rejected_facts(ListRejectedFactsRequest::default()).await.unwrap().into_inner().facts
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_are_taken_repeats_absorbed_and_poison_is_listed_and_stops_nothing() {
    let kafka = tokio::task::spawn_blocking(broker).await.unwrap();
    let house = House::open(Engine::Sqlite).await;
    let mut desks = desk_service_client::DeskServiceClient::new(house.door(&operator()));
    let request = RegisterDeskRequest { request_id: fresh(), desk: Some(desk("fleet")) };
    desks.register_desk(request).await.unwrap();

    let queue = json!({"external": {"owner": "crm", "type": "queue", "id": "fleet"}});
    let offer = json!({"desk": queue, "channel": "PHONE", "caller": {"number": "+33600000001"}});
    let nowhere =
        json!({"desk": {"external": {"owner": "crm", "type": "queue", "id": "no"}}, "channel": "PHONE"});
    write(
        &kafka,
        &[
            fact("1", "contact_offered", offer.clone()),
            fact("1", "contact_offered", offer),
            "not a CloudEvent, but +33600000009".to_owned(),
            fact("2", "contact_offered", nowhere),
            fact("3", "contact_answered", json!({"desk": queue, "wait_ms": 12})),
        ],
    );
    house.routing.take_facts(&options(&kafka), TOPIC).unwrap();
    soon(async {
        while facts(&house).await < 2 || rejected(&house).await.len() < 2 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;

    let waiting = rejected(&house).await;
    let reasons: Vec<_> = waiting.iter().map(|fact| fact.reason.as_str()).collect();
    assert_eq!(reasons, ["INVALID_ARGUMENT", "DESK_NOT_FOUND"]);
    assert_eq!((waiting[1].origin.as_str(), waiting[1].fact_id.as_str()), ("acd", "2"));
    assert_eq!((waiting[0].topic.as_str(), waiting[1].offset - waiting[0].offset), (TOPIC, 1));
    assert!(waiting.iter().all(|fact| !fact.message.contains("336")));
    let settle = SettleRejectedFactRequest {
        request_id: fresh(),
        rejected_fact_id: waiting[0].rejected_fact_id.clone(),
        note: "sent again".to_owned(),
    };
    let mut client = ContactServiceClient::new(house.door(&operator()));
    client.settle_rejected_fact(settle.clone()).await.unwrap();
    let again = SettleRejectedFactRequest { request_id: fresh(), ..settle };
    assert_eq!(refused(client.settle_rejected_fact(again).await), "ALREADY_DONE");
    assert_eq!(rejected(&house).await, waiting[1..]);

    // What comes after a while is taken as well, and nothing twice.
    let head = house.head().await;
    write(&kafka, &[fact("4", "contact_ended", json!({"settled": true}))]);
    until(|| async { facts(&house).await == 3 }).await;
    assert_eq!(house.head().await, head + 1);
}
