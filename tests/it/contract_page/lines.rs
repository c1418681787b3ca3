//! Five calls, and what they bring.

use std::time::Duration;

use tonic::Request;
use vigie_acceptance::{Door, EVENTS, Kind, Person, Stage, eventually, machine, publish_on};
use vigie_clock::{Ids as _, SystemIds};
use vigie_proto::lines::line_ref::Line as By;
use vigie_proto::lines::{
    ExternalIdentifier, LineEntry, LineRef, OnBehalf, RegisterLineRequest, ReinstateLineRequest,
    SuspendLineRequest, SuspensionReason,
};
use vigie_testkit::Kafka;

use super::{Block, SOON, Shape, consume, on_the_page, shape_of};

const MSISDN: &str = "+33639980001";

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
        records = consume(&kafka, EVENTS);
        records.len() >= 6
    })
    .await;
    let shown: Vec<_> = on_the_page("Five events").iter().map(Block::shape).collect();
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
