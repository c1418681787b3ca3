//! A customer's account manager, and what a contact centre tells.

use std::time::Duration;

use serde_json::{Value, json};
use vigie_acceptance::{Kind, Person, Stage, System, eventually, grpcurl, machine, publish_on};
use vigie_clock::{Ids as _, SystemIds};
use vigie_testkit::{Kafka, Kcat, Message, Record};

use super::{Block, SOON, consume, on_the_page, shape_of};

const EVENTS: &str = "vigie.routing.events.v1";
const ACCOUNTS: &str = "vigie.account.state.v1";
const FACTS: &str = "vigie.routing.facts.v1";

/// A Vigie that publishes, and the callers of the page.
struct House {
    kafka: Kafka,
    stage: Stage,
    system: System,
    operator: String,
    crm: String,
}

impl House {
    fn open() -> Self {
        let (kafka, stage) = (Kafka::start().unwrap(), Stage::new(Kind::Embedded));
        let system = stage.start_with(0, |command| {
            publish_on(&kafka, command);
            command.env("VIGIE_DEMO__ENABLED", "false");
        });
        let operator = stage.mint(&Person::staff("operator").grant());
        let crm = Person {
            subject: "crm".to_owned(),
            roles: vec!["integration"],
            accounts: vec![stage.account()],
            step_up: false,
        };
        let crm = stage.mint(&crm.grant());
        Self { kafka, stage, system, operator, crm }
    }

    fn call(&self, token: &str, method: &str, mut message: Value) -> Value {
        message["request_id"] = SystemIds.next().to_string().into();
        let method = format!("vigie.routing.v1.{method}");
        tokio::task::block_in_place(|| grpcurl(self.system.endpoint(), token, &method, &message)).unwrap()
    }

    /// The records of one key on the topic of all events, once `holds`.
    async fn events_of(&self, key: &str, what: &str, holds: impl Fn(&[Record]) -> bool) -> Vec<Record> {
        let mut records = Vec::new();
        eventually(what, SOON, async || {
            records = consume(&self.kafka, EVENTS);
            records.retain(|record| record.key.as_deref() == Some(key));
            holds(&records)
        })
        .await;
        records
    }

    /// As the page's contact centre does.
    fn tell(&self, fact: &Block) {
        let headers: Vec<_> =
            fact.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let value = fact.value.to_string();
        let message = Message { key: Some(&fact.key), headers: &headers, payload: Some(value.as_bytes()) };
        let produce = || Kcat::find().unwrap().produce(&self.kafka.bootstrap(), FACTS, message);
        tokio::task::block_in_place(produce).unwrap();
    }
}

fn event_type(record: &Record) -> &str {
    record.header("ce_type").unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_account_manager_is_what_its_calls_bring_to_kafka_and_to_the_table_of_accounts() {
    let _machine = machine().await;
    let house = tokio::task::block_in_place(House::open);
    let account_id = house.stage.account().to_string();
    let account = json!({
        "account_id": account_id, "level": "ACCOUNT_LEVEL_COMPANY", "name": "Exemple SAS", "siren": "999000110",
        "segments": ["SEGMENT_SME_FLEET"],
        "address": { "lines": ["1 rue Garibaldi"], "postal_code": "69003", "town": "Lyon" },
        "external_identifiers": [{ "owner": "crm", "type": "customer", "id": "C-1" }],
    });
    house.call(&house.crm, "AccountService/RegisterAccount", json!({ "account": account }));
    // Without a manager it has a gap, which the page counts.
    house.events_of(&account_id, "the gap opens", |records| records.len() == 2).await;
    let staff = json!({
        "name": "Anne Petit", "is_account_manager": true, "languages": ["LANGUAGE_FRENCH"],
        "number": "+33639980007", "email": "anne.petit@exemple.fr",
    });
    let staff = house.call(&house.operator, "StaffService/RegisterStaff", json!({ "staff": staff }));
    let staff_id = &staff["staff"]["staffId"];
    let training = json!({
        "code": "account-manager", "passed_at": "2026-03-02T08:00:00Z", "valid_until": "2028-03-02T08:00:00Z",
    });
    let message = json!({ "staff_id": staff_id, "training": training });
    house.call(&house.operator, "StaffService/RecordTraining", message);
    let message = json!({ "account": { "account_id": account_id }, "staff_id": staff_id });
    house.call(&house.crm, "AccountService/AssignManager", message);

    let records = house.events_of(&account_id, "the gap closes", |records| records.len() == 4).await;
    let [shown] = on_the_page("Customers and those who face them").try_into().ok().unwrap();
    assert_eq!(shown.shape(), shape_of(&records[2]), "left: the page; right: Kafka");
    assert_eq!(event_type(&records[3]), "vigie.account.manager_gap_closed.v1");

    eventually("the table of accounts shows the manager", SOON, async || {
        let newest = consume(&house.kafka, ACCOUNTS).pop();
        newest.is_some_and(|record| {
            let value: Value = serde_json::from_str(record.payload.as_deref().unwrap()).unwrap();
            value["account"]["manager"]["staff_id"] == *staff_id && value["account"]["gap"].is_null()
        })
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_fact_comes_out_as_one_event_also_when_it_is_told_twice_and_a_broken_one_is_listed() {
    let _machine = machine().await;
    let house = tokio::task::block_in_place(House::open);
    let desk = json!({
        "name": "Flottes", "purpose": "DESK_PURPOSE_TECHNICAL", "languages": ["LANGUAGE_FRENCH"],
        "hours": { "time_zone": "Europe/Paris", "week": vec![json!({ "windows": ["08:00-18:00"] }); 7] },
        "external_identifiers": [{ "owner": "acd", "type": "queue", "id": "fleet" }],
    });
    house.call(&house.operator, "DeskService/RegisterDesk", json!({ "desk": desk }));
    let [fact] = on_the_page("Telling what came of contacts").try_into().ok().unwrap();
    assert_eq!(fact.value["subject"], fact.key, "the key is the call id");
    let mut broken =
        Block { value: fact.value.clone(), ..on_the_page("Telling what came of contacts").remove(0) };
    broken.value["id"] = "broken".into();
    broken.value["data"]["channel"] = "PIGEON".into();
    for told in [&fact, &broken, &fact] {
        house.tell(told);
    }
    let mut last = Block { value: fact.value.clone(), ..broken };
    last.value["id"] = "ended".into();
    last.value["type"] = "vigie.fact.contact_ended.v1".into();
    last.value["data"] = json!({ "settled": true });
    house.tell(&last);

    let mut events = Vec::new();
    let of_contacts = |record: &Record| {
        ["vigie.contact.", "vigie.rejected_fact."].iter().any(|prefix| event_type(record).starts_with(prefix))
    };
    eventually("the facts come out", Duration::from_secs(90), async || {
        events = consume(&house.kafka, EVENTS).into_iter().filter(of_contacts).collect();
        events.iter().any(|record| event_type(record) == "vigie.contact.contact_ended.v1")
            && events.len() >= 3
    })
    .await;
    let mut types: Vec<_> = events.iter().map(event_type).collect();
    types.sort_unstable();
    assert_eq!(
        types,
        [
            "vigie.contact.contact_ended.v1",
            "vigie.contact.contact_offered.v1",
            "vigie.rejected_fact.fact_rejected.v1"
        ]
    );
    for record in &events {
        let value: Value = serde_json::from_str(record.payload.as_deref().unwrap()).unwrap();
        if event_type(record).starts_with("vigie.contact.") {
            let key = json!([{ "owner": "acd", "type": "contact", "id": fact.key }]);
            assert_eq!(value["external_identifiers"], key);
        } else {
            assert_eq!(value["rejected_fact"]["fact_id"], "broken");
            assert!(!record.payload.as_deref().unwrap().contains("+33639980001"), "it may name people");
        }
    }
}
