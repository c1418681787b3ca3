//! The contact point of an answer (promise 3.1): valid then, for these callers, and reachable from where they are.

use super::operator::*;
use crate::base::PointNow;
use crate::domain::contact_point::Channel;
use crate::domain::route::{Contact, Reason, Set, Subject};
use crate::domain::{CountryCode, Segment};

fn administrative() -> Contact {
    call(of_account("fleet"), Subject::Administrative)
}

fn phone() -> PointNow {
    point("bills-fleet", Channel::Phone)
}

#[test]
fn from_abroad_it_is_the_number_that_works_from_abroad() {
    let mut operator = Operator::new();
    operator
        .point("bills-fleet-phone", vec![PointNow { from_abroad: Some("+33100000099".into()), ..phone() }]);
    let from = |code: &str| Contact { from: CountryCode::parse(code).unwrap(), ..administrative() };
    let (to, reasons) = operator.route(&from("DE"));
    assert_eq!(
        (to.as_str(), reasons.last()),
        ("desk bills-fleet at +33100000099", Some(&Reason::FromAbroad))
    );
    for near in ["FR", "RE"] {
        let (to, reasons) = operator.route(&from(near));
        assert_eq!(to, "desk bills-fleet at bills-fleet by PHONE", "{near}");
        assert!(!reasons.contains(&Reason::FromAbroad));
    }
}

#[test]
fn a_number_that_works_from_anywhere_is_the_same_from_abroad() {
    let operator = Operator::new();
    let (to, reasons) =
        operator.route(&Contact { from: CountryCode::parse("DE").unwrap(), ..administrative() });
    assert_eq!(to, "desk bills-fleet at bills-fleet by PHONE");
    assert!(!reasons.contains(&Reason::FromAbroad));
}

#[test]
fn a_version_counts_from_its_first_to_its_last_instant() {
    let mut operator = Operator::new();
    let change = "2026-11-24T09:30:00Z";
    let first = PointNow { valid: period(EVER, change), address: "old".into(), ..phone() };
    let second = PointNow { number: 2, valid: from(change), address: "new".into(), ..phone() };
    operator.point("bills-fleet-phone", vec![first, second]);
    assert_eq!(operator.to(&administrative()), "desk bills-fleet at new");
    let before = Contact { at: at("2026-11-24T09:29:59.999999Z"), ..administrative() };
    assert_eq!(operator.to(&before), "desk bills-fleet at old");
}

#[test]
fn a_team_without_a_point_for_the_channel_is_named_all_the_same() {
    let mut operator = Operator::new();
    operator.point(
        "bills-fleet-phone",
        vec![PointNow { valid: period(EVER, "2026-01-01T00:00:00Z"), ..phone() }],
    );
    assert_eq!(operator.to(&administrative()), "desk bills-fleet at ");
}

#[test]
fn a_point_that_leads_elsewhere_now_is_not_this_teams() {
    let mut operator = Operator::new();
    let moved = PointNow { number: 2, desk: id("users"), valid: from("2026-11-01T00:00:00Z"), ..phone() };
    let before = PointNow { valid: period(EVER, "2026-11-01T00:00:00Z"), ..phone() };
    operator.point("bills-fleet-phone", vec![before, moved]);
    assert_eq!(operator.to(&administrative()), "desk bills-fleet at ");
}

#[test]
fn the_number_of_end_users_is_theirs() {
    let mut operator = Operator::new();
    operator.point(
        "users-vip",
        vec![PointNow { for_end_users: true, address: "for users".into(), ..point("users", Channel::Phone) }],
    );
    assert_eq!(operator.to(&call(of_person("eve"), Subject::Technical)), "desk users at for users");
    let bills = PointNow { for_end_users: true, address: "for users".into(), ..phone() };
    operator.point("bills-users", vec![bills]);
    assert_eq!(operator.to(&administrative()), "desk bills-fleet at bills-fleet by PHONE");
}

#[test]
fn a_number_for_the_segment_comes_before_one_for_all_and_one_for_others_never() {
    let mut operator = Operator::new();
    operator.point(
        "others",
        vec![PointNow { segments: Set::only(Segment::LargeAccount), address: "large".into(), ..phone() }],
    );
    operator.point(
        "ours",
        vec![PointNow { segments: Set::only(Segment::SmeFleet), address: "fleet".into(), ..phone() }],
    );
    assert_eq!(operator.to(&administrative()), "desk bills-fleet at fleet");
}

#[test]
fn a_number_announced_as_closed_rings_in_vain() {
    let mut operator = Operator::new();
    let morning = hours(r#"{"tue":["09:00-10:00"]}"#);
    operator.point("bills-fleet-phone", vec![PointNow { announced: Some(morning), ..phone() }]);
    assert_eq!(operator.to(&administrative()), "desk bills-fleet at ");
    let early = Contact { at: at("2026-11-24T08:30:00Z"), ..administrative() };
    assert_eq!(operator.to(&early), "desk bills-fleet at bills-fleet by PHONE");
}
