//! Every event that was ever published is understood.

use std::path::Path;

use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::{Hash, RecordedEvent};

use super::fold::empty;
use crate::base::{What, change_of};
use crate::domain::route::Known as _;

/// Kinds of stream that a decision rests on. What else the service records is of no concern to the base.
const KINDS: [&str; 5] = ["account", "person", "staff_member", "desk", "contact_point"];

fn golden() -> Vec<RecordedEvent> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.retain(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        name.split('.').nth(1).is_some_and(|kind| KINDS.contains(&kind))
    });
    let events = paths.iter().zip(1..).map(|(path, position)| {
        let name = path.file_name().unwrap().to_str().unwrap();
        // Older bytes of a type have their date behind it.
        let event_type = name.split('.').take(4).collect::<Vec<_>>().join(".");
        RecordedEvent {
            position,
            event_id: Uuid::from_u128(position as u128),
            shard: 0,
            incarnation: 1,
            stream_id: Uuid::from_u128(1000 + position as u128),
            stream_version: 1,
            event_type,
            account_id: Uuid::nil(),
            recorded_at: Timestamp::default(),
            occurred_at: Timestamp::default(),
            actor: "someone".to_owned(),
            on_behalf_of: None,
            channel: "API".to_owned(),
            request_id: None,
            act_id: None,
            traceparent: None,
            payload: std::fs::read(path).unwrap(),
            hash: Hash::default(),
        }
    });
    events.collect()
}

#[test]
fn every_published_event_tells_the_base_something_or_says_why_not() {
    let events = golden();
    assert!(events.len() > 20, "{} golden events", events.len());
    let mut base = empty();
    for event in &events {
        let of_no_concern = ["contact", "attendance", "rejected_fact", "review_plan", "project"];
        let Some(change) = change_of(event).unwrap() else {
            let kind = event.event_type.split('.').nth(1).unwrap();
            assert!(of_no_concern.contains(&kind), "{} is of no concern", event.event_type);
            continue;
        };
        let is_empty = match &change.what {
            What::Account(changes) => changes.is_empty(),
            What::Point(versions) => versions.is_empty(),
            What::Person(_) | What::Staff(_) | What::Desk(_) => false,
        };
        let tells_nothing = [
            "vigie.account.planned_change_took_effect.v1",
            "vigie.account.manager_gap_opened.v1",
            "vigie.account.manager_gap_overdue.v1",
            "vigie.account.manager_gap_closed.v1",
            "vigie.account.manager_change_told.v1",
            "vigie.account.manager_change_not_told.v1",
            "vigie.account.contact_point_told.v1",
            "vigie.contact_point.change_notice_due.v1",
            "vigie.contact_point.version_took_effect.v1",
            "vigie.contact_point.contact_point_ended.v1",
        ];
        assert_eq!(is_empty, tells_nothing.contains(&event.event_type.as_str()), "{}", event.event_type);
        base.apply(change).unwrap();
    }
    assert!(base.size().people >= 1 && base.size().staff >= 1 && base.size().desks >= 1);
    let staff =
        events.iter().find(|event| event.event_type == "vigie.staff_member.training_recorded.v1").unwrap();
    let What::Staff(staff) = change_of(staff).unwrap().unwrap().what else { panic!("a staff member") };
    assert_eq!(base.staff(staff.id).map(|staff| staff.trained.is_empty()), Some(false));
}
