use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_contractkit::Published;
use vigie_eventlog::{Aggregate, DirectoryOp};

use super::{check, published_of};
use crate::domain::E164;
use crate::domain::person::tests::{Story, details, register};
use crate::domain::person::*;
use crate::stream::key;

pub(super) const NAMES: [&str; 3] = [name::PERSON_CHANGED, name::PERSON_REGISTERED, name::PERSON_REMOVED];

const ACCOUNT: Uuid = Uuid::from_u128(0xacc0);

/// One life in which everything happens.
fn published() -> Published<Person> {
    let changed = Details {
        user_id: Some("marie.petit".to_owned()),
        family_name: "Petit".to_owned(),
        roles: PersonRoles::of(&[PersonRole::FleetManager, PersonRole::AccountAdministrator]),
        numbers: vec![E164::parse("+33600000002").unwrap(), E164::parse("+33100000001").unwrap()],
        external_identifiers: vec![],
        ..details()
    };
    let story = Story::default()
        .when(register(details()))
        .when(Command::Change(Box::new(changed)))
        .when(Command::Remove);
    published_of(story.events, "person_id")
}

#[test]
fn people_are_published_as_their_golden_files_say() {
    check(&published(), &NAMES);
}

#[test]
fn no_event_prints_a_name_a_number_or_an_address() {
    published().never_print(&["Marie", "Durand", "Petit", "33600000001", "33100000001", "@exemple.fr"]);
}

#[test]
fn a_sealed_name_decodes_as_erased() {
    let published = published();
    let event = &published.first[name::PERSON_REGISTERED];
    let mut json = Published::<Person>::json(event);
    let subject = json["person"]["family_name"]["subject"].clone();
    json["person"]["family_name"] = serde_json::json!({ "subject": subject, "sealed": "AAEC" });
    let decoded = Person::decode(name::PERSON_REGISTERED, json.to_string().as_bytes()).unwrap();
    assert_eq!(decoded.person.family_name.known(), None);
    assert_eq!(decoded.person.family_name.subject(), event.person.family_name.subject());
}

#[test]
fn what_changes_is_freed_and_claimed_and_what_stays_is_left_alone() {
    let published = published();
    let directory = |name: &str| Person::directory(&published.first[name]);
    let reserve = |kind, key: String| DirectoryOp::Reserve { kind, key };
    let release = |kind, key: String| DirectoryOp::Release { kind, key, until: Timestamp::default() };
    let link = |number: &str| DirectoryOp::Link { kind: key::NUMBER, key: number.to_owned() };
    let unlink = |number: &str| DirectoryOp::Unlink { kind: key::NUMBER, key: number.to_owned() };
    let user = |user_id| key::user(ACCOUNT, user_id);
    assert_eq!(
        directory(name::PERSON_REGISTERED),
        [
            reserve(key::EXTERNAL, "crm/contact/P-1".to_owned()),
            reserve(key::USER, user("marie.durand")),
            link("+33100000001"),
            link("+33600000001"),
        ]
    );
    assert_eq!(
        directory(name::PERSON_CHANGED),
        [
            release(key::EXTERNAL, "crm/contact/P-1".to_owned()),
            release(key::USER, user("marie.durand")),
            unlink("+33600000001"),
            reserve(key::USER, user("marie.petit")),
            link("+33600000002"),
        ]
    );
    assert_eq!(
        directory(name::PERSON_REMOVED),
        [release(key::USER, user("marie.petit")), unlink("+33100000001"), unlink("+33600000002")]
    );
}

#[test]
fn keys_of_other_systems_still_find_whoever_left() {
    let story = Story::default().when(register(details())).when(Command::Remove);
    let freed = Person::directory(story.events.last().unwrap());
    let of_others = |op: &&DirectoryOp| matches!(op, DirectoryOp::Release { kind: key::EXTERNAL, .. });
    assert_eq!(freed.iter().filter(of_others).count(), 0);
    assert_eq!(freed.len(), 3, "user id and two numbers");
}
