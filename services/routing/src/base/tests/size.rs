//! How much memory the base takes.

use super::fold::{empty, id, number};
use crate::base::{AccountChange, Assigned, Change, PersonNow, What};
use crate::domain::Segment;
use crate::domain::person::PersonRole;
use crate::domain::route::{Known as _, Period, Region, Set};
use vigie_clock::Timestamp;

/// The goal is 600 bytes for a person with everything around, at twenty people an account.
#[test]
fn a_person_takes_a_fraction_of_the_goal() {
    const ACCOUNTS: u128 = 1_000;
    const PEOPLE: u128 = 20_000;
    let mut base = empty();
    let from = Timestamp::from_micros(0);
    for account in 0..ACCOUNTS {
        let changes = vec![
            AccountChange::Above { from, above: None },
            AccountChange::Segments { from, segments: Set::only(Segment::SmeFleet) },
            AccountChange::Region { from, region: Region::parse("11") },
            AccountChange::Assigned(Assigned {
                id: id(1),
                staff: id(2),
                period: Period { from, until: None },
            }),
        ];
        base.apply(Change { stream_id: id(account), version: 1, what: What::Account(changes) }).unwrap();
    }
    for (person, line) in (0..PEOPLE).zip(0..) {
        let now = PersonNow {
            account: id(person % ACCOUNTS),
            roles: Set::only(PersonRole::EndUser),
            language: None,
            numbers: vec![number(line)],
            left_at: None,
        };
        base.apply(Change { stream_id: id(1 << 64 | person), version: 1, what: What::Person(now) }).unwrap();
    }
    let size = base.size();
    assert_eq!((size.accounts, size.people), (1_000, 20_000));
    let per_person = base.bytes() / size.people;
    assert!((80..200).contains(&per_person), "{per_person} bytes a person");
    assert_eq!(base.people_at(number(7)).count(), 1);
}
