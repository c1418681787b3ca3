//! Opening hours, overflow, and the honest "closed until" (promises 3.1 and 5.1.1).

use super::operator::*;
use crate::base::DeskNow;
use crate::domain::Segment;
use crate::domain::contact_point::Channel;
use crate::domain::desk::Purpose;
use crate::domain::route::{Contact, Reason, Set, Skill, Subject};
use vigie_clock::Hours;

fn administrative(instant: &str) -> Contact {
    Contact { at: at(instant), ..call(of_account("fleet"), Subject::Administrative) }
}

#[test]
fn a_public_holiday_is_closed_and_the_answer_says_until_when() {
    let operator = Operator::new();
    // 25 December 2026 is a Friday: open again on Monday.
    let to = operator.to(&administrative("2026-12-25T10:00:00Z"));
    assert!(to.starts_with("bills-fleet closed until 2026-12-28T08:00:00.000000Z"), "{to}");
}

#[test]
fn lunch_and_the_last_instant_are_closed() {
    let mut operator = Operator::new();
    let hours = hours(r#"{"tue":["09:00-12:00","14:00-18:00"]}"#);
    operator.desk_only(
        "bills-fleet",
        DeskNow {
            segments: Set::only(Segment::SmeFleet),
            skills: Set::only(Skill::SmeFleet),
            hours,
            ..desk("bills-fleet", Purpose::Administrative)
        },
    );
    assert_eq!(
        operator.to(&administrative("2026-11-24T10:59:59.999999Z")),
        "desk bills-fleet at bills-fleet by PHONE"
    );
    let noon = operator.to(&administrative("2026-11-24T11:00:00Z"));
    assert!(noon.starts_with("bills-fleet closed until 2026-11-24T13:00:00.000000Z"), "{noon}");
}

fn chain(operator: &mut Operator, names: &[&str], open: &str) {
    for pair in names.windows(2) {
        let [name, next] = pair else { continue };
        operator.desk(
            name,
            DeskNow { overflow: Some(id(next)), rank: 99, ..desk(name, Purpose::Administrative) },
        );
    }
    operator.desk(open, DeskNow { hours: Hours::always(), rank: 99, ..desk(open, Purpose::EndUser) });
}

fn with_overflow(operator: &mut Operator, overflow: &str) {
    operator.desk_only(
        "bills-fleet",
        DeskNow {
            segments: Set::only(Segment::SmeFleet),
            skills: Set::only(Skill::SmeFleet),
            overflow: Some(id(overflow)),
            ..desk("bills-fleet", Purpose::Administrative)
        },
    );
}

#[test]
fn a_closed_team_hands_on_until_one_is_open() {
    let mut operator = Operator::new();
    with_overflow(&mut operator, "one");
    chain(&mut operator, &["one", "two", "three", "four"], "four");
    let (to, reasons) = operator.route(&administrative(NIGHT));
    assert_eq!(to, "desk four at four by PHONE");
    assert_eq!(reasons.last(), Some(&Reason::Overflow));
}

#[test]
fn it_hands_on_four_times_and_not_for_ever() {
    let mut operator = Operator::new();
    with_overflow(&mut operator, "one");
    chain(&mut operator, &["one", "two", "three", "four", "five"], "five");
    assert!(operator.to(&administrative(NIGHT)).contains("closed"));

    let mut operator = Operator::new();
    with_overflow(&mut operator, "bills-fleet");
    assert!(operator.to(&administrative(NIGHT)).contains("closed"), "a circle ends too");
}

#[test]
fn a_team_that_ended_takes_over_nothing() {
    let mut operator = Operator::new();
    with_overflow(&mut operator, "one");
    let closed_at = Some(at("2026-11-01T00:00:00Z"));
    operator.desk("one", DeskNow { hours: Hours::always(), closed_at, ..desk("one", Purpose::EndUser) });
    assert!(operator.to(&administrative(NIGHT)).contains("closed"));
}

#[test]
fn the_alternative_is_another_team_that_is_open_or_a_channel_that_waits() {
    let mut operator = Operator::new();
    operator.point("bills-mail", vec![point("bills-fleet", Channel::Email)]);
    let to = operator.to(&administrative(NIGHT));
    assert!(to.ends_with("else bills-fleet by EMAIL"), "{to}");
    operator.desk(
        "bills-late",
        DeskNow { hours: Hours::always(), rank: 9, ..desk("bills-late", Purpose::Administrative) },
    );
    let to = operator.to(&administrative(NIGHT));
    assert!(to.starts_with("bills-fleet closed until") && to.ends_with("else bills-late by PHONE"), "{to}");
}

#[test]
fn mail_waits_for_the_opening_and_a_chat_does_not() {
    let operator = Operator::new();
    for (channel, is_taken) in [
        (Channel::Email, true),
        (Channel::Post, true),
        (Channel::Extranet, true),
        (Channel::Phone, false),
        (Channel::Chat, false),
    ] {
        let to = operator.to(&Contact { channel, ..administrative(NIGHT) });
        assert_eq!(to.starts_with("desk bills-fleet"), is_taken, "{channel:?}: {to}");
    }
}

#[test]
fn a_team_that_never_opens_again_is_closed_without_end() {
    let operator = Operator::new();
    let to = operator.to(&administrative("2149-12-31T20:00:00Z"));
    assert!(to.starts_with("bills-fleet closed until ,"), "{to}");
    assert!(operator.to(&administrative("9000-01-01T00:00:00Z")).contains("closed until ,"));
}
