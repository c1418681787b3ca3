use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_contractkit::Published;
use vigie_eventlog::{Aggregate, DirectoryOp};

use super::{check, published_of};
use crate::domain::staff::tests::{Story, a_manager, days, stand_in};
use crate::domain::staff::*;
use crate::stream::key;

pub(super) const NAMES: [&str; 11] = [
    name::ABSENCE_BEGAN,
    name::ABSENCE_CANCELLED,
    name::ABSENCE_ENDED,
    name::ABSENCE_PLANNED,
    name::LEAVING_RECORDED,
    name::STAFF_CHANGED,
    name::STAFF_LEFT,
    name::STAFF_REGISTERED,
    name::TRAINING_EXPIRED,
    name::TRAINING_EXPIRING,
    name::TRAINING_RECORDED,
];

/// One time with the operator in which everything happens.
fn published() -> Published<StaffMember> {
    let story = Story::of_a_manager();
    let (training, plan) = (story.trained_for(60), story.plan(5, 15, Some(stand_in())));
    let story = story.given(training).given(plan);
    let another = story.plan(100, 110, None);
    let story = story.given(another);
    let absence_id = story.act();
    let story = story.given(Command::CancelAbsence { absence_id }).after(days(8));
    let absence_id = story.member().absences()[0].absence_id;
    let story = story.given(Command::CancelAbsence { absence_id }).after(days(90));
    let manager = a_manager();
    let profile = Profile { user_id: Some("anne.petit".to_owned()), ..manager.profile };
    let change = Command::Change { profile: Box::new(profile), external_identifiers: Vec::new() };
    let leaving = Command::RecordLeaving { leaves_at: story.day(30), deputy: Some(stand_in()) };
    let story = story.given(change).given(leaving).after(days(40));
    let life = story.events.into_iter().map(|(event, _)| event);
    published_of(life, "staff_id")
}

#[test]
fn staff_members_are_published_as_their_golden_files_say() {
    check(&published(), &NAMES);
}

#[test]
fn an_event_names_no_account_and_prints_no_person() {
    let published = published();
    for event in published.first.values() {
        assert_eq!(StaffMember::encode(event).unwrap().account_id, Uuid::nil());
    }
    published.never_print(&["Anne Leroy", "anne.leroy@", "+33100000007"]);
}

#[test]
fn a_sealed_name_decodes_as_erased() {
    let published = published();
    let event = &published.first[name::STAFF_REGISTERED];
    let mut json = Published::<StaffMember>::json(event);
    let subject = json["staff_member"]["name"]["subject"].clone();
    json["staff_member"]["name"] = serde_json::json!({ "subject": subject, "sealed": "AAEC" });
    let decoded = StaffMember::decode(name::STAFF_REGISTERED, json.to_string().as_bytes()).unwrap();
    assert_eq!(decoded.staff_member.profile.name.known(), None);
}

#[test]
fn user_id_and_keys_are_claimed_changed_and_given_back() {
    let published = published();
    let directory = |name: &str| StaffMember::directory(&published.first[name]);
    let external = || (key::EXTERNAL, "hr/person/P-7".to_owned());
    let reserve = |(kind, key)| DirectoryOp::Reserve { kind, key };
    let release = |(kind, key)| DirectoryOp::Release { kind, key, until: Timestamp::default() };
    let user = |user_id: &str| (key::STAFF_USER, user_id.to_owned());
    assert_eq!(directory(name::STAFF_REGISTERED), [reserve(user("anne.leroy")), reserve(external())]);
    assert_eq!(
        directory(name::STAFF_CHANGED),
        [release(user("anne.leroy")), release(external()), reserve(user("anne.petit"))]
    );
    assert_eq!(directory(name::STAFF_LEFT), [release(user("anne.petit"))]);
    let claims = [name::STAFF_REGISTERED, name::STAFF_CHANGED, name::STAFF_LEFT];
    for silent in NAMES.into_iter().filter(|silent| !claims.contains(silent)) {
        assert_eq!(directory(silent), [], "{silent}");
    }
}
