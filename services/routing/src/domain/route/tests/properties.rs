//! What holds of every decision, whatever the operator looks like.

use proptest::prelude::*;
use vigie_clock::{Hours, Timestamp};

use super::operator::*;
use crate::base::{DeskNow, PersonNow, PointNow};
use crate::domain::contact_point::Channel;
use crate::domain::desk::Purpose;
use crate::domain::person::PersonRole;
use crate::domain::route::{
    Caller, Contact, Family, Known as _, Period, Route, Set, Sight, Skill, Staff, Subject, To, decide,
};
use crate::domain::{CountryCode, Language, Segment};

const STAFF: [&str; 4] = ["s0", "s1", "s2", "s3"];
const DESKS: [&str; 6] = ["d0", "d1", "d2", "d3", "d4", "d5"];
const ACCOUNTS: [&str; 3] = ["a0", "a1", "a2"];
const PEOPLE: [&str; 3] = ["p0", "p1", "p2"];
const NUMBERS: [&str; 2] = ["+33600000001", "+33600000002"];

/// A day in the second half of November 2026, to the hour.
fn instant() -> impl Strategy<Value = Timestamp> {
    (0_i64..24 * 14).prop_map(|hour| {
        Timestamp::from_micros(at("2026-11-16T00:00:00Z").as_micros() + hour * 3_600_000_000)
    })
}

fn spell() -> impl Strategy<Value = Period> {
    (instant(), proptest::option::of(instant())).prop_map(|(from, until)| Period { from, until })
}

fn one_of<T: Copy + std::fmt::Debug + 'static>(all: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(all)
}

fn some_of<T: crate::domain::route::Member + std::fmt::Debug>(
    all: &'static [T],
) -> impl Strategy<Value = Set<T>> {
    proptest::sample::subsequence(all, 0..=all.len()).prop_map(|some| some.into_iter().collect())
}

fn staff_of(name: &'static str) -> impl Strategy<Value = Staff> {
    let parts = (
        proptest::collection::vec(spell(), 0..2),
        proptest::collection::vec((spell(), proptest::option::of(one_of(&STAFF))), 0..2),
        proptest::option::of(instant()),
        proptest::option::of(one_of(&STAFF)),
        proptest::option::of(one_of(&DESKS)),
    );
    parts.prop_map(move |(trained, absences, leaves_at, deputy, desk)| Staff {
        trained: trained.into(),
        absences: absences
            .into_iter()
            .map(|(period, cover)| crate::domain::route::Away { period, cover: cover.map(id) })
            .collect(),
        leaves_at,
        deputy: deputy.map(id),
        desk: desk.map(id),
        ..staff(name)
    })
}

fn desk_of(name: &'static str) -> impl Strategy<Value = (DeskNow, Vec<PointNow>)> {
    let parts = (
        one_of(&Purpose::ALL),
        some_of(&Segment::ALL),
        some_of(&[Skill::SmeFleet, Skill::LossTheft, Skill::LargeAccount]),
        some_of(&[Language::French, Language::German]),
        proptest::option::of(one_of(&DESKS)),
        any::<(bool, bool, u8)>(),
        proptest::option::of(instant()),
        proptest::collection::vec((one_of(&Channel::ALL), spell(), any::<bool>()), 0..3),
    );
    parts.prop_map(
        move |(
            purpose,
            segments,
            skills,
            languages,
            overflow,
            (always, businesses_only, rank),
            closed_at,
            points,
        )| {
            let hours = if always { Hours::always() } else { office() };
            let points = points
                .into_iter()
                .map(|(channel, valid, for_end_users)| PointNow {
                    valid,
                    for_end_users,
                    ..point(name, channel)
                })
                .collect();
            let desk = DeskNow {
                segments,
                skills,
                languages,
                overflow: overflow.map(id),
                hours,
                businesses_only,
                rank: u32::from(rank),
                closed_at,
                ..desk(name, purpose)
            };
            (desk, points)
        },
    )
}

fn operator() -> impl Strategy<Value = Operator> {
    let staff = STAFF.map(staff_of);
    let desks = DESKS.map(desk_of);
    let managers = ACCOUNTS.map(|_| proptest::option::of((one_of(&STAFF), spell())));
    let segments = ACCOUNTS.map(|_| some_of(&Segment::ALL));
    let people = PEOPLE.map(|_| {
        (one_of(&ACCOUNTS), some_of(&PersonRole::ALL), proptest::option::of(instant()), one_of(&NUMBERS))
    });
    (staff, desks, managers, segments, people).prop_map(|(staff, desks, managers, segments, people)| {
        let mut operator = Operator::empty();
        for now in staff {
            operator.staff(now);
        }
        for ((name, (now, points)), index) in DESKS.iter().zip(desks).zip(0..) {
            operator.desk_only(name, now);
            for (number, now) in (0..).zip(points) {
                operator.point(&format!("{index}-{number}"), vec![now]);
            }
        }
        let mut above = None;
        for ((name, manager), segments) in ACCOUNTS.iter().zip(managers).zip(segments) {
            operator.account(name, above, &segments.iter().collect::<Vec<_>>(), None);
            if let Some((manager, period)) = manager {
                operator.assign(name, manager, period);
            }
            above = Some(name);
        }
        for (name, (account, roles, left_at, number)) in PEOPLE.iter().zip(people) {
            let roles: Vec<_> = roles.iter().collect();
            operator.person_now(name, PersonNow { left_at, ..person(account, &roles, &[number]) });
        }
        operator
    })
}

fn contact() -> impl Strategy<Value = Contact> {
    let caller = prop_oneof![
        Just(Caller::Unknown),
        one_of(&NUMBERS).prop_map(|text| Caller::Number(number(text))),
        one_of(&PEOPLE).prop_map(of_person),
        one_of(&ACCOUNTS).prop_map(of_account),
    ];
    const SUBJECTS: [Subject; 5] = [
        Subject::Commercial,
        Subject::Administrative,
        Subject::Technical,
        Subject::LossOrTheft,
        Subject::International,
    ];
    let from = one_of(&["FR", "DE"]).prop_map(|code| CountryCode::parse(code).unwrap());
    let language = proptest::option::of(one_of(&Language::ALL));
    let families = some_of(&[Family::Mobile, Family::Fixed]);
    (caller, one_of(&Channel::ALL), one_of(&SUBJECTS), families, language, instant(), from).prop_map(
        |(caller, channel, subject, families, language, at, from)| Contact {
            caller,
            channel,
            subject,
            families,
            language,
            at,
            from,
        },
    )
}

/// What must hold of a route, whatever led to it.
fn check(operator: &Operator, contact: &Contact, route: &Route<'_>) {
    let now = contact.at;
    assert!(!route.reasons.as_slice().is_empty(), "always a reason");
    let is_live = matches!(contact.channel, Channel::Phone | Channel::Chat);
    let (desk, point) = match route.to {
        To::Manager { staff, reach } | To::Cover { staff, reach } => {
            assert!(staff.is_trained(now), "never an untrained manager");
            assert!(staff.absence(now).is_none() && !staff.has_left(now), "never somebody who is not there");
            assert_eq!(contact.subject, Subject::Commercial);
            let own_desk =
                staff.desk.and_then(|desk| operator.base.desk(desk)).filter(|desk| desk.exists(now));
            assert!(!is_live || own_desk.is_none_or(|desk| desk.opening.is_open(now)), "never out of hours");
            (None, reach.point)
        }
        To::Desk { desk, reach } => (Some(desk), reach.point),
        To::Closed { desk, until, .. } => {
            assert!(!desk.opening.is_open(now), "closed is closed");
            assert!(
                until.is_none_or(|until| until > now && desk.opening.is_open(until)),
                "and open when it says"
            );
            (None, None)
        }
        To::Nobody => (None, None),
    };
    if let Some(desk) = desk {
        assert!(desk.exists(now), "never a team that has ended");
        let must_be_open = is_live || contact.subject == Subject::LossOrTheft;
        assert!(!must_be_open || desk.opening.is_open(now), "never a closed team");
    }
    if let Some(named) = point {
        let versions =
            DESKS.iter().flat_map(|desk| operator.base.points(id(desk))).filter(|point| point.id == named);
        let valid: Vec<_> = versions.filter_map(|point| point.then(now)).collect();
        assert!(
            valid.iter().any(|version| version.channel == contact.channel),
            "never a contact point that is not valid then"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn nobody_is_sent_where_nobody_is(operator in operator(), contacts in proptest::collection::vec(contact(), 1..20)) {
        for contact in &contacts {
            let decision = operator.decide(contact);
            for route in decision.routes.as_slice() {
                check(&operator, contact, route);
            }
            let again = operator.decide(contact);
            prop_assert_eq!(format!("{decision:?}"), format!("{again:?}"), "the same question, the same answer");
        }
    }

    #[test]
    fn who_sees_nothing_learns_nothing(operator in operator(), contact in contact()) {
        let blind = decide(&operator.base, &contact, Sight::Within(&|_| false));
        let unknown = decide(&operator.base, &Contact { caller: Caller::Unknown, ..contact }, Sight::Everything);
        prop_assert_eq!(format!("{blind:?}"), format!("{unknown:?}"));
    }
}

impl std::fmt::Debug for Operator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Operator").field(&self.base).finish()
    }
}
