//! Every event that `lines` and `routing` publish is read, and leads to what its text needs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::{Hash, RecordedEvent};

use super::*;
use crate::domain::{self, CauseKind, Language, Parameter, PersonRole};
use crate::texts::Texts;

/// An event as its log hands it over.
pub(crate) fn recorded(event_type: &str, payload: Vec<u8>) -> RecordedEvent {
    let account_id = serde_json::from_slice::<serde_json::Value>(&payload).unwrap()["account_id"]
        .as_str()
        .map_or_else(Uuid::nil, |id| id.parse().unwrap());
    RecordedEvent {
        position: 1,
        event_id: Uuid::from_u128(0xe1),
        shard: 0,
        incarnation: 1,
        stream_id: Uuid::from_u128(0x11),
        stream_version: 1,
        event_type: event_type.to_owned(),
        account_id,
        recorded_at: Timestamp::parse("2026-11-23T03:01:00Z").unwrap(),
        occurred_at: Timestamp::parse("2026-11-23T03:01:00Z").unwrap(),
        actor: "system".to_owned(),
        on_behalf_of: None,
        channel: "SYSTEM".to_owned(),
        request_id: None,
        act_id: None,
        traceparent: None,
        payload,
        hash: Hash::default(),
    }
}

fn golden(service: &str) -> Vec<RecordedEvent> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("../{service}/tests/golden"));
    let mut events: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.strip_suffix(".golden.json")?.to_owned();
            // Older bytes of the same type: `<type>.<since>`.
            let event_type = name.split('.').take(4).collect::<Vec<_>>().join(".");
            Some(recorded(&event_type, std::fs::read(&path).unwrap()))
        })
        .collect();
    events.sort_by(|a, b| a.event_type.cmp(&b.event_type));
    events
}

/// The text can be written in every language with what the event gives.
fn can_be_written(tell: &Tell) {
    let texts = Texts::load().unwrap();
    let mut parameters = tell.parameters.clone();
    if tell.manager_staff_id.is_some() {
        parameters.insert("manager".to_owned(), Parameter::Text("Paul Martin".to_owned()));
    }
    for language in Language::ALL {
        texts.render(tell.cause.kind, language, &parameters, None, false).unwrap();
    }
}

#[test]
fn of_each_golden_event_of_lines_the_right_people_hear_the_right_thing() {
    let told: Vec<_> = golden("lines")
        .iter()
        .filter_map(|event| {
            let tell =
                told_by_lines(event).unwrap_or_else(|error| panic!("{}: {error}", event.event_type))?;
            can_be_written(&tell);
            Some((event.event_type.clone(), tell))
        })
        .collect();
    let kinds: Vec<_> =
        told.iter().map(|(event_type, tell)| (event_type.as_str(), tell.cause.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("vigie.line.confirmation_overdue.v1", CauseKind::LinePending),
            ("vigie.line.reinstatement_confirmed.v1", CauseKind::LineReinstated),
            ("vigie.line.second_contact_notice_due.v1", CauseKind::ReinstatementAsked),
            ("vigie.line.suspension_confirmed.v1", CauseKind::LineBarred),
        ]
    );
    for (event_type, tell) in &told {
        assert!(tell.cause.security, "{event_type} is of a theft");
        assert_eq!(tell.parties.user_id.as_deref(), Some("marie.durand"));
        let line = tell.cause.line.as_ref().unwrap();
        assert_eq!(
            (line.site.as_deref(), line.cost_centre.as_deref()),
            (Some("00000000000018"), Some("Ventes"))
        );
    }
    assert_eq!(told[2].1.parties.doers, BTreeSet::from(["paul.martin".to_owned()]));
}

#[test]
fn a_confirmation_of_nothing_tells_nobody_and_garbage_is_unreadable() {
    let event =
        golden("lines").into_iter().find(|event| event.event_type.contains("suspension_confirmed")).unwrap();
    let mut json: serde_json::Value = serde_json::from_slice(&event.payload).unwrap();
    json["acts"] = serde_json::json!([]);
    let none = RecordedEvent { payload: json.to_string().into_bytes(), ..event.clone() };
    assert_eq!(told_by_lines(&none), Ok(None));
    json["acts"] = "x".into();
    let garbage = RecordedEvent { payload: json.to_string().into_bytes(), ..event };
    let error = told_by_lines(&garbage).unwrap_err().to_string();
    assert!(error.contains("does not decode") && !error.contains("336"), "{error}");
}

#[test]
fn each_golden_event_of_routing_is_read() {
    let golden = golden("routing");
    for event in &golden {
        change(event).unwrap_or_else(|error| panic!("{}: {error}", event.event_type));
        let tell = told_by_routing(event).unwrap_or_else(|error| panic!("{}: {error}", event.event_type));
        tell.iter().for_each(can_be_written);
    }
    let kind = |event| told_by_routing(event).unwrap().map(|tell| tell.cause.kind);
    let tells: BTreeSet<_> = golden.iter().filter_map(kind).collect();
    let expected = [
        CauseKind::ManagerAssigned,
        CauseKind::ManagerCoverBegan,
        CauseKind::ManagerCoverEnded,
        CauseKind::ContactPointChanged,
    ];
    assert!(expected.iter().all(|kind| tells.contains(kind)), "{tells:?}");
    let changes = golden.iter().filter_map(|event| change(event).unwrap());
    let kinds: BTreeSet<_> = changes
        .map(|change| match change {
            Change::Account(_) => "account",
            Change::Person(_) => "person",
            Change::Staff(_) => "staff",
        })
        .collect();
    assert_eq!(kinds, BTreeSet::from(["account", "person", "staff"]));
}

#[test]
fn what_routing_keeps_a_record_of_is_known_by_its_id() {
    let change_of = |name: &str| {
        let golden = golden("routing");
        let event = golden.iter().find(|event| event.event_type.contains(name)).unwrap();
        told_by_routing(event).unwrap().unwrap().cause.change
    };
    let manager = |id: &str| Some(domain::Change::Manager { change_id: id.parse().unwrap() });
    assert_eq!(change_of("manager_assigned"), manager("00000000-0002-7000-0000-000000000005"));
    assert_eq!(change_of("manager_cover_began"), manager("00000000-0000-0000-0000-00000000ab5e"));
    assert_eq!(change_of("manager_cover_ended"), None, "nobody new");
    let contact_point_id = Uuid::from_u128(0xc011);
    let point = domain::Change::ContactPoint { contact_point_id, point_version: 2 };
    assert_eq!(change_of("change_notice_due"), Some(point), "the version that is to come");
}

#[test]
fn a_manager_who_was_there_before_the_base_was_taken_in_is_announced_to_nobody() {
    for name in ["manager_assigned", "manager_cover_began"] {
        let golden = golden("routing");
        let event = golden.into_iter().find(|event| event.event_type.contains(name)).unwrap();
        let mut json: serde_json::Value = serde_json::from_slice(&event.payload).unwrap();
        assert!(json.as_object_mut().unwrap().remove("tell_by").is_some(), "{name}");
        let taken_in = RecordedEvent { payload: json.to_string().into_bytes(), ..event };
        assert_eq!(told_by_routing(&taken_in), Ok(None), "{name}");
    }
}

#[test]
fn a_person_as_published_is_known_by_roles_language_and_mail() {
    let payload = serde_json::json!({
        "account_id": Uuid::from_u128(0xacc), "person_id": Uuid::from_u128(5), "act_id": Uuid::nil(),
        "person": {
            "user_id": "marie.durand",
            "given_name": { "subject": Uuid::from_u128(5), "value": "Marie" },
            "family_name": { "subject": Uuid::from_u128(5), "value": "Durand" },
            "roles": ["FLEET_MANAGER", "ASTRONAUT"], "language": "GERMAN",
            "email": { "subject": Uuid::from_u128(5), "value": "marie@exemple.fr" }, "numbers": [],
        }
    });
    let event = recorded("vigie.person.person_registered.v1", payload.to_string().into_bytes());
    let Some(Change::Person(person)) = change(&event).unwrap() else { panic!("a person") };
    assert_eq!(person.name.unwrap().known().unwrap(), "Marie Durand");
    assert_eq!(person.roles, BTreeSet::from([PersonRole::FleetManager]));
    assert_eq!((person.language, person.has_left), (Some(Language::En), false));
    assert_eq!(person.email.unwrap().known().unwrap().as_str(), "marie@exemple.fr");
}

#[test]
fn an_address_that_mail_may_not_be_sent_to_is_none() {
    let payload = serde_json::json!({
        "account_id": Uuid::from_u128(0xacc), "person_id": Uuid::from_u128(5),
        "person": { "email": { "subject": Uuid::from_u128(5), "value": "marie@exemple.fr\r\nBcc: x@y.fr" } }
    });
    let event = recorded("vigie.person.person_changed.v1", payload.to_string().into_bytes());
    let Some(Change::Person(person)) = change(&event).unwrap() else { panic!("a person") };
    assert_eq!(person.email, None);
}

#[test]
fn of_a_hand_over_the_customer_hears_once() {
    let ended = |replaced: serde_json::Value| {
        let payload = serde_json::json!({
            "account_id": Uuid::from_u128(0xacc), "replaced_by_assignment_id": replaced,
            "assignment": { "staff_id": Uuid::from_u128(7), "effective_from": "2026-01-01T00:00:00Z",
                            "effective_until": "2026-11-23T00:00:00Z" },
            "account": { "segments": [] }
        });
        let event = recorded("vigie.account.manager_assignment_ended.v1", payload.to_string().into_bytes());
        told_by_routing(&event).unwrap()
    };
    assert_eq!(ended(serde_json::json!(Uuid::from_u128(9))), None);
    let gap = ended(serde_json::Value::Null).unwrap();
    assert_eq!(gap.manager_staff_id, Some(Uuid::from_u128(7)));
    can_be_written(&gap);
}
