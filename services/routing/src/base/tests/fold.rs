//! Streams in any order between them, told once or more: the same base.

use proptest::prelude::*;
use uuid::Uuid;
use vigie_clock::{Almanac, Hours, Timestamp};

use crate::base::{AccountChange, Assigned, Base, Change, DeskNow, Error, PersonNow, PointNow, What};
use crate::domain::contact_point::Channel;
use crate::domain::desk::Purpose;
use crate::domain::person::PersonRole;
use crate::domain::route::{Known as _, Number, Period, Region, Set, Skill, Staff};
use crate::domain::{Language, Segment};

pub(super) fn empty() -> Base {
    Base::new(Almanac::built_in())
}

pub(super) fn id(number: u128) -> Uuid {
    Uuid::from_u128(number + 1)
}

fn at(micros: u8) -> Timestamp {
    Timestamp::from_micros(micros.into())
}

pub(super) fn number(line: u64) -> Number {
    Number::parse(&format!("+336{line:08}")).unwrap()
}

fn period() -> impl Strategy<Value = Period> {
    any::<(u8, Option<u8>)>().prop_map(|(from, until)| Period { from: at(from), until: until.map(at) })
}

fn segments() -> impl Strategy<Value = Set<Segment>> {
    proptest::sample::subsequence(&Segment::ALL, 0..=3).prop_map(|some| some.into_iter().collect())
}

fn account_change() -> impl Strategy<Value = AccountChange> {
    prop_oneof![
        (any::<u8>(), proptest::option::of(0_u128..4))
            .prop_map(|(from, above)| AccountChange::Above { from: at(from), above: above.map(id) }),
        (any::<u8>(), segments())
            .prop_map(|(from, segments)| AccountChange::Segments { from: at(from), segments }),
        any::<u8>()
            .prop_map(|from| AccountChange::Language { from: at(from), language: Some(Language::German) }),
        any::<u8>().prop_map(|from| AccountChange::Region { from: at(from), region: Region::parse("84") }),
        any::<u8>().prop_map(|instant| AccountChange::Closed { at: at(instant) }),
        (0_u128..3, period()).prop_map(|(staff, period)| {
            AccountChange::Assigned(Assigned { id: id(50 + staff), staff: id(20 + staff), period })
        }),
        (0_u128..3, any::<u8>()).prop_map(|(staff, until)| AccountChange::AssignmentEnded {
            id: id(50 + staff),
            until: at(until)
        }),
    ]
}

fn person() -> impl Strategy<Value = PersonNow> {
    (0_u128..4, proptest::collection::vec(0_u64..6, 0..6), proptest::option::of(any::<u8>())).prop_map(
        |(account, lines, left_at)| PersonNow {
            account: id(account),
            roles: Set::only(PersonRole::FleetManager),
            language: None,
            numbers: lines.into_iter().map(number).collect(),
            left_at: left_at.map(at),
        },
    )
}

fn staff(staff_id: Uuid) -> impl Strategy<Value = Staff> {
    (proptest::option::of(0_u128..3), proptest::option::of(any::<u8>()), any::<bool>()).prop_map(
        move |(desk, until, is_skilled)| Staff {
            id: staff_id,
            name: "someone".into(),
            number: None,
            email: None,
            desk: desk.map(|desk| id(30 + desk)),
            trained: Box::default(),
            absences: Box::default(),
            leaves_at: until.map(at),
            deputy: None,
            skills: is_skilled.then_some((Skill::SmeFleet, until.map(at))).into_iter().collect(),
        },
    )
}

fn desk() -> impl Strategy<Value = DeskNow> {
    (proptest::sample::select(&Purpose::ALL[..]), segments(), any::<u32>()).prop_map(
        |(purpose, segments, rank)| DeskNow {
            name: "team".into(),
            purpose,
            segments,
            businesses_only: true,
            skills: Set::only(Skill::SmeFleet),
            languages: Set::only(Language::French),
            regions: Box::default(),
            countries: Box::default(),
            hours: Hours::always(),
            overflow: None,
            rank,
            closed_at: None,
        },
    )
}

fn point() -> impl Strategy<Value = PointNow> {
    (1_u32..4, period(), 0_u128..3).prop_map(|(number, valid, desk)| PointNow {
        number,
        valid,
        desk: id(30 + desk),
        channel: Channel::Phone,
        address: "somewhere".into(),
        from_abroad: None,
        segments: Set::EMPTY,
        for_end_users: false,
        announced: None,
    })
}

fn history<T: Into<What> + Clone + std::fmt::Debug>(
    stream_id: Uuid,
    each: impl Strategy<Value = T>,
) -> impl Strategy<Value = Vec<Change>> {
    proptest::collection::vec(each, 0..6).prop_map(move |told| {
        (1..).zip(told).map(|(version, what)| Change { stream_id, version, what: what.into() }).collect()
    })
}

impl From<Vec<AccountChange>> for What {
    fn from(changes: Vec<AccountChange>) -> Self {
        Self::Account(changes)
    }
}

impl From<PersonNow> for What {
    fn from(now: PersonNow) -> Self {
        Self::Person(now)
    }
}

impl From<Staff> for What {
    fn from(now: Staff) -> Self {
        Self::Staff(Box::new(now))
    }
}

impl From<DeskNow> for What {
    fn from(now: DeskNow) -> Self {
        Self::Desk(Box::new(now))
    }
}

impl From<Vec<PointNow>> for What {
    fn from(now: Vec<PointNow>) -> Self {
        Self::Point(now)
    }
}

/// The histories of some streams of each kind.
fn histories() -> impl Strategy<Value = Vec<Vec<Change>>> {
    let accounts =
        [0, 1, 2, 3].map(|account| history(id(account), proptest::collection::vec(account_change(), 0..3)));
    let people = [10, 11, 12, 13].map(|person_id| history(id(person_id), person()));
    let staff = [20, 21, 22].map(|staff_id| history(id(staff_id), staff(id(staff_id))));
    let desks = [30, 31, 32].map(|desk_id| history(id(desk_id), desk()));
    let points = [40, 41].map(|point_id| history(id(point_id), proptest::collection::vec(point(), 0..3)));
    (accounts, people, staff, desks, points).prop_map(|(accounts, people, staff, desks, points)| {
        accounts.into_iter().chain(people).chain(staff).chain(desks).chain(points).collect()
    })
}

proptest! {
    #[test]
    fn the_order_of_streams_and_repeats_change_nothing(
        histories in histories(),
        picks in proptest::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 0..200),
    ) {
        let mut in_order = empty();
        for change in histories.iter().flatten() {
            in_order.apply(change.clone()).unwrap();
        }

        let mut interleaved = empty();
        let mut left: Vec<_> = histories.iter().map(|history| (history.as_slice(), 0)).collect();
        for (pick, is_repeated) in picks {
            let pick = pick.index(left.len());
            let (history, told) = left[pick];
            if let Some(change) = history.get(told) {
                interleaved.apply(change.clone()).unwrap();
                left[pick].1 += 1;
            }
            if is_repeated && told > 0 {
                interleaved.apply(history[told - 1].clone()).unwrap();
            }
        }
        for (history, told) in left {
            for change in &history[told..] {
                interleaved.apply(change.clone()).unwrap();
            }
        }
        prop_assert_eq!(in_order.digest(), interleaved.digest());
        prop_assert_eq!(in_order.size(), interleaved.size());
    }

    #[test]
    fn another_history_is_another_base(histories in histories(), extra in person()) {
        let mut base = empty();
        for change in histories.into_iter().flatten() {
            base.apply(change).unwrap();
        }
        let before = base.digest();
        base.apply(Change { stream_id: id(99), version: 1, what: What::Person(extra) }).unwrap();
        prop_assert_ne!(base.digest(), before);
    }
}

#[test]
fn a_statement_that_is_lost_is_found_out() {
    let mut base = empty();
    let change = |version| Change { stream_id: id(0), version, what: What::Account(Vec::new()) };
    base.apply(change(1)).unwrap();
    assert!(matches!(base.apply(change(3)), Err(Error::Lost { expected: 2, found: 3, .. })));
    base.apply(change(2)).unwrap();
    base.apply(change(3)).unwrap();
}

#[test]
fn people_may_come_before_their_account() {
    let mut base = empty();
    let now = PersonNow {
        account: id(0),
        roles: Set::only(PersonRole::EndUser),
        language: None,
        numbers: vec![number(1)],
        left_at: None,
    };
    base.apply(Change { stream_id: id(10), version: 1, what: What::Person(now) }).unwrap();
    let person = base.person(id(10)).unwrap();
    assert_eq!(base.account_then(person.account, at(9)), None);
    base.apply(Change { stream_id: id(0), version: 1, what: What::Account(Vec::new()) }).unwrap();
    assert_eq!(base.account_then(person.account, at(9)).map(|account| account.id), Some(id(0)));
}
