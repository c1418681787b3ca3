//! The page for integrators shows what Kafka shows: the same calls as there, the records compared with the page's.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use serde_json::Value;
use tonic::Request;
use vigie_acceptance::{Door, EVENTS, Kind, Person, Stage, eventually, machine, publish_on};
use vigie_clock::{Ids as _, SystemIds};
use vigie_proto::lines::line_ref::Line as By;
use vigie_proto::lines::{
    ExternalIdentifier, LineEntry, LineRef, OnBehalf, RegisterLineRequest, ReinstateLineRequest,
    SuspendLineRequest, SuspensionReason,
};
use vigie_testkit::{Kafka, Kcat, Record};

const SOON: Duration = Duration::from_secs(60);

const MSISDN: &str = "+33639980001";

/// A record as the page shows it, reduced to what does not change from run to run.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    /// Header `ce_type`.
    event_type: String,
    /// Header `ce_sequence`.
    sequence: String,
    /// In the record's order.
    headers: Vec<String>,
    /// `line.latest_act.act_id`: every path to a value; those of lists end with `[]`.
    paths: BTreeSet<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_pages_five_events_are_what_its_five_calls_bring_to_kafka() {
    let _machine = machine().await;
    let (kafka, stage, system) = tokio::task::block_in_place(|| {
        let (kafka, stage) = (Kafka::start().unwrap(), Stage::new(Kind::Embedded));
        let system = stage.start_with(0, |command| {
            publish_on(&kafka, command);
            command.env("VIGIE_DEMO__ENABLED", "false");
        });
        (kafka, stage, system)
    });
    let of_account = |subject: &str, role| Person {
        subject: subject.to_owned(),
        roles: vec![role],
        accounts: vec![stage.account()],
        step_up: true,
    };
    let crm = system.door(&of_account("crm", "integration")).await;
    let manager = system.door(&of_account("paul.martin", "fleet_manager")).await;
    let advisor = system.door(&Person::staff("advisor")).await;
    five_calls(&crm, &advisor, &manager, stage.account().to_string()).await;

    let mut records = Vec::new();
    eventually("six records come", SOON, async || {
        records = tokio::task::block_in_place(|| {
            Kcat::find().unwrap().consume(&kafka.bootstrap(), EVENTS, SOON).unwrap()
        });
        records.len() >= 6
    })
    .await;
    let shown = on_the_page();
    let left_out = |shape: &Shape| shape.event_type == "vigie.line.second_contact_notice_due.v1";
    let carried: Vec<_> = records.iter().map(shape_of).filter(|shape| !left_out(shape)).collect();
    assert_eq!(shown.len(), 5, "{shown:#?}");
    for (shown, carried) in shown.iter().zip(&carried) {
        assert_eq!(shown, carried, "left: the page; right: Kafka");
    }
    assert_eq!(shown.len(), carried.len());
}

/// As the page has them; the fifth, the receipt, causes no event.
async fn five_calls(crm: &Door, advisor: &Door, manager: &Door, account_id: String) {
    fn of<T>(door: &Door, message: T) -> Request<T> {
        door.request(message, Duration::from_secs(10))
    }
    let line = || Some(LineRef { line: Some(By::Msisdn(MSISDN.to_owned())) });
    let request_id = || SystemIds.next().to_string();
    let entry = LineEntry {
        account_id,
        msisdn: MSISDN.to_owned(),
        imsi: "001010000000001".to_owned(),
        iccid: "8933010000000000010".to_owned(),
        account_holder: "Exemple SAS".to_owned(),
        user_id: "marie.durand".to_owned(),
        cost_centre: "Ventes".to_owned(),
        external_identifiers: vec![ExternalIdentifier {
            owner: "crm".to_owned(),
            r#type: "subscription".to_owned(),
            id: "S-1".to_owned(),
        }],
        ..LineEntry::default()
    };
    let message = RegisterLineRequest { request_id: request_id(), line: Some(entry) };
    crm.lines().register_line(of(crm, message)).await.unwrap();
    let message = SuspendLineRequest {
        request_id: request_id(),
        line: line(),
        reason: SuspensionReason::Loss.into(),
        on_behalf: Some(OnBehalf {
            person_id: "marie.durand".to_owned(),
            caller_checks: vec!["customer code".to_owned()],
        }),
        ..Default::default()
    };
    advisor.lines().suspend_line(of(advisor, message)).await.unwrap();
    let message = ReinstateLineRequest {
        request_id: request_id(),
        line: line(),
        reason: SuspensionReason::Loss.into(),
        ..ReinstateLineRequest::default()
    };
    manager.lines().reinstate_line(of(manager, message)).await.unwrap();
}

fn shape_of(record: &Record) -> Shape {
    let of = |name| record.header(name).unwrap_or_default().to_owned();
    Shape {
        event_type: of("ce_type"),
        sequence: of("ce_sequence"),
        headers: record.headers().map(|(name, _)| name.to_owned()).collect(),
        paths: paths(&serde_json::from_str(record.payload.as_deref().unwrap()).unwrap()),
    }
}

/// The page's blocks: `text` with key and headers, `json` with the value.
fn on_the_page() -> Vec<Shape> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../contracts/README.md");
    let page = std::fs::read_to_string(page).unwrap();
    let (_, five_events) = page.split_once("## Five events").unwrap();
    let (five_events, _) = five_events.split_once("## Topics").unwrap();
    let blocks = five_events.split("```text\nkey ").skip(1).map(|block| {
        let (headers, rest) = block.split_once("```").unwrap();
        let value = rest.split_once("```json\n").unwrap().1.split_once("```").unwrap().0;
        let headers: Vec<_> = headers.lines().skip(1).filter_map(|line| line.split_once(' ')).collect();
        let of = |name| headers.iter().find(|(header, _)| *header == name).unwrap().1.trim().to_owned();
        Shape {
            event_type: of("ce_type"),
            sequence: of("ce_sequence"),
            headers: headers.iter().map(|(name, _)| (*name).to_owned()).collect(),
            paths: paths(&serde_json::from_str(value).unwrap()),
        }
    });
    blocks.collect()
}

fn paths(value: &Value) -> BTreeSet<String> {
    fn walk(value: &Value, at: &str, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| walk(value, &format!("{at}.{name}"), found));
            }
            Value::Array(values) => {
                found.insert(format!("{at}[]"));
                values.iter().for_each(|value| walk(value, &format!("{at}[]"), found));
            }
            _ => drop(found.insert(at.to_owned())),
        }
    }
    let mut found = BTreeSet::new();
    walk(value, "", &mut found);
    found
}
