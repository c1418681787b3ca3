use uuid::Uuid;
use vigie_contractkit::Published;
use vigie_eventlog::{Aggregate, DirectoryOp};

use super::{check, published_of};
use crate::domain::account::tests::{
    Story, a_candidate, a_company, a_site, account_id, address, assign, day, manager_id,
};
use crate::domain::account::*;
use crate::domain::{CountryCode, Language, Segment, Segments};
use crate::stream::key;

pub(super) const NAMES: [&str; 15] = [
    name::ACCOUNT_CHANGED,
    name::ACCOUNT_CLOSED,
    name::ACCOUNT_MOVED,
    name::ACCOUNT_REGISTERED,
    name::CONTACT_POINT_TOLD,
    name::MANAGER_ASSIGNED,
    name::MANAGER_ASSIGNMENT_ENDED,
    name::MANAGER_CHANGE_NOT_TOLD,
    name::MANAGER_CHANGE_TOLD,
    name::MANAGER_COVER_BEGAN,
    name::MANAGER_COVER_ENDED,
    name::MANAGER_GAP_CLOSED,
    name::MANAGER_GAP_OPENED,
    name::MANAGER_GAP_OVERDUE,
    name::PLANNED_CHANGE_TOOK_EFFECT,
];

const GROUP: Uuid = Uuid::from_u128(0x9009);
const ABSENCE: Uuid = Uuid::from_u128(0xab5e);
const POINT: Uuid = Uuid::from_u128(0x9017);
const NOTICE: Uuid = Uuid::from_u128(0x7071ce);

fn group() -> Above {
    Above { account_id: GROUP, level: Level::Group, siren: None, customer_since: day(-200), closes_at: None }
}

fn told(told: Told) -> Command {
    Command::RecordTold { told, notice_id: NOTICE, told_at: day(0) }
}

fn cover(from: i64, until: i64) -> Command {
    Command::StepIn {
        cover_id: ABSENCE,
        staff_id: manager_id(1),
        cover: Box::new(a_candidate(2)),
        cause: CoverCause::Absence,
        from: day(from),
        until: Some(day(until)),
    }
}

/// One life in which everything happens.
fn a_full_life() -> Story {
    let change = Change {
        name: Some("Exemple et Fils SAS".to_owned()),
        segments: Some(Segments::of(&[Segment::SmeFleet, Segment::BusinessFixed]).unwrap()),
        language: Some(Language::English),
        address: Some(address("97400")),
        countries: Some(vec![CountryCode::parse("BE").unwrap(), CountryCode::parse("DE").unwrap()]),
    };
    let story = Story::of_a_company().given(assign(1, 0, None, None));
    let first = story.act();
    story
        .given(Command::Move { above: Some(group()), effective_from: None })
        .given(cover(0, 10))
        .given(Command::StepBack { cover_id: ABSENCE, until: day(3) })
        .given(Command::Change { change: Box::new(change), effective_from: Some(day(5)) })
        .given(assign(3, 20, None, Some(first)))
        .given(told(Told::ManagerChange { change_id: first }))
        .given(told(Told::ContactPoint { contact_point_id: POINT, point_version: 2, valid_from: day(1) }))
        .after_days(25)
        .standing(Standing::Gap { cause: GapCause::AwayWithoutCover, staff_id: Some(manager_id(3)) })
        .after_days(5)
        .standing(Standing::Served { staff_id: manager_id(3) })
        .given(Command::Close { effective_from: None, is_needed_below: false })
}

fn published() -> Published<Account> {
    let life = a_full_life().events.into_iter().map(|(event, _)| event);
    published_of(life, "account_id")
}

#[test]
fn accounts_are_published_as_their_golden_files_say() {
    check(&published(), &NAMES);
}

#[test]
fn no_event_prints_whom_a_customer_is_told() {
    published().never_print(&["Camille", "camille@exemple.fr", "33100000001"]);
}

#[test]
fn an_event_says_from_when_it_holds_and_the_account_what_holds_now() {
    let published = published();
    let change = Published::<Account>::json(&published.first[name::ACCOUNT_CHANGED]);
    assert_eq!(change["effective_from"], day(5).to_string());
    assert_eq!(change["name"], "Exemple et Fils SAS");
    assert_eq!(change["account"]["name"], "Exemple SAS", "not yet");
    assert_eq!(change["account"]["next_change_at"], day(3).to_string(), "the end of the cover");
    let assigned = Published::<Account>::json(&published.first[name::MANAGER_ASSIGNED]);
    assert_eq!(
        assigned["manager"]["name"]["value"], "Camille 1",
        "whom the customer is told needs no call back"
    );
}

#[test]
fn numbers_and_keys_are_claimed_and_the_account_above_finds_those_below() {
    let reserve = |kind, key: &str| DirectoryOp::Reserve { kind, key: key.to_owned() };
    let published = published();
    let directory = |name: &str| Account::directory(&published.first[name]);
    assert_eq!(
        directory(name::ACCOUNT_REGISTERED),
        [reserve(key::SIREN, "732829320"), reserve(key::EXTERNAL, "crm/customer/C-1")]
    );
    let above = GROUP.to_string();
    assert_eq!(directory(name::ACCOUNT_MOVED), [DirectoryOp::Link { kind: key::PARENT, key: above.clone() }]);
    assert_eq!(
        directory(name::ACCOUNT_CLOSED),
        [DirectoryOp::Unlink { kind: key::PARENT, key: above }],
        "its numbers stay its own"
    );
    for silent in [name::ACCOUNT_CHANGED, name::MANAGER_ASSIGNED, name::PLANNED_CHANGE_TOOK_EFFECT] {
        assert_eq!(directory(silent), [], "{silent}");
    }
    let site = Story::empty().given(Command::Register(Box::new(a_site())));
    let link = DirectoryOp::Link { kind: key::PARENT, key: a_site().above.unwrap().account_id.to_string() };
    assert_eq!(
        Account::directory(&site.events[0].0),
        [reserve(key::SIRET, "73282932000074"), link, reserve(key::EXTERNAL, "crm/customer/C-1")]
    );
}

#[test]
fn an_end_that_is_planned_leaves_the_link_until_it_comes() {
    let below = NewAccount { above: Some(group()), ..a_company() };
    let close = Command::Close { effective_from: Some(day(9)), is_needed_below: false };
    let story = Story::empty().given(Command::Register(Box::new(below))).given(close).after_days(10);
    let unlinks = story.events.iter().map(|(event, _)| !Account::directory(event).is_empty());
    assert_eq!(unlinks.collect::<Vec<_>>(), [true, false, true], "registered, planned, ended");
}

#[test]
fn the_fold_of_stored_events_is_the_account() {
    let story = a_full_life();
    let mut replayed = None;
    for (event, recorded_at) in &story.events {
        let stored = Account::encode(event).unwrap();
        let read = Account::decode(stored.event_type, &stored.payload).unwrap();
        <Account as Aggregate>::evolve(&mut replayed, &read, *recorded_at);
    }
    assert_eq!(replayed, story.state);
    assert_eq!(replayed.unwrap().account_id(), account_id());
}
