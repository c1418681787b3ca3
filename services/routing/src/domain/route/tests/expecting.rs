//! Who keeps a promise by handling a contact (promises 5.1.1, 5.1.2, 5.4.1).

use super::operator::*;
use crate::base::{AccountChange, DeskNow};
use crate::domain::Segment;
use crate::domain::desk::Purpose;
use crate::domain::route::{Contact, Expected, Family, Set, Sight, Skill, Staff, Subject, expect};

const DESKS: [&str; 11] = [
    "sales-large",
    "sales-paris",
    "bills-large",
    "bills-fleet",
    "bills-fixed",
    "repair-large",
    "repair-fleet",
    "repair-fixed",
    "users",
    "abroad",
    "night",
];

fn expected(operator: &Operator, contact: &Contact) -> Expected {
    expect(&operator.base, contact, Sight::Everything)
}

/// The names of the teams of the `part`th part, in order.
fn desks(expected: &Expected, part: usize) -> Vec<&'static str> {
    let ids = &expected.parts[part].desks;
    let mut names: Vec<_> = DESKS.into_iter().filter(|name| ids.contains(&id(name))).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_large_account_and_its_subsidiary_have_the_dedicated_unit_and_nobody_else() {
    let operator = Operator::new();
    for account in ["atlas", "atlas-lyon"] {
        let expected = expected(&operator, &call(of_account(account), Subject::Technical));
        assert_eq!(expected.segment, Some(Segment::LargeAccount));
        assert_eq!(expected.parts[0].skills, [Skill::LargeAccount]);
        let desks = desks(&expected, 0);
        assert!(!desks.is_empty() && desks.iter().all(|name| name.ends_with("-large")), "{desks:?}");
        assert_eq!(expected.parts[0].staff, [id("alice")], "and the account manager");
    }
}

#[test]
fn the_team_that_takes_over_at_night_is_not_the_dedicated_unit() {
    let operator = Operator::new();
    let night = Contact { at: at(NIGHT), ..call(of_account("atlas"), Subject::Technical) };
    assert!(!desks(&expected(&operator, &night), 0).contains(&"night"));
    // Closed at this hour, and still the one that was promised.
    assert!(desks(&expected(&operator, &night), 0).contains(&"repair-large"));
}

#[test]
fn an_sme_has_the_teams_that_hold_the_skill_then() {
    let mut operator = Operator::new();
    let fleet = call(of_account("fleet"), Subject::Administrative);
    assert!(desks(&expected(&operator, &fleet), 0).contains(&"bills-fleet"));
    assert!(!desks(&expected(&operator, &fleet), 0).contains(&"bills-fixed"));
    // The only one of the team who held it holds it no more.
    let skills = [(Skill::SmeFleet, Some(at("2026-11-01T00:00:00Z")))].into();
    operator.staff(Staff { desk: Some(id("bills-fleet")), skills, ..staff("zoe") });
    assert!(!desks(&expected(&operator, &fleet), 0).contains(&"bills-fleet"));
    let before = Contact { at: at("2026-10-30T10:00:00Z"), ..fleet };
    assert!(desks(&expected(&operator, &before), 0).contains(&"bills-fleet"), "as it was then");
}

#[test]
fn a_segment_that_changes_later_changes_nothing_of_before() {
    let mut operator = Operator::new();
    let change = AccountChange::Segments {
        from: at("2026-11-24T10:00:00Z"),
        segments: Set::only(Segment::LargeAccount),
    };
    operator.change_account("fleet", vec![change]);
    let before = call(of_account("fleet"), Subject::Administrative);
    let after = Contact { at: at("2026-11-24T10:00:00Z"), ..before };
    assert_eq!(expected(&operator, &before).segment, Some(Segment::SmeFleet));
    assert_eq!(expected(&operator, &after).segment, Some(Segment::LargeAccount));
}

#[test]
fn each_part_of_a_mixed_contact_has_its_own_teams() {
    let operator = Operator::new();
    let families = [Family::Mobile, Family::Fixed].into_iter().collect();
    let both = Contact { families, ..call(of_account("both"), Subject::Administrative) };
    let expected = expected(&operator, &both);
    assert_eq!(expected.parts.len(), 2);
    let (mobile, fixed) = (desks(&expected, 0), desks(&expected, 1));
    assert!(mobile.contains(&"bills-fleet") && !mobile.contains(&"bills-fixed"), "{mobile:?}");
    assert!(fixed.contains(&"bills-fixed") && !fixed.contains(&"bills-fleet"), "{fixed:?}");
}

#[test]
fn an_end_user_has_the_service_for_end_users_whatever_the_segment() {
    let operator = Operator::new();
    let eve = expected(&operator, &call(of_person("eve"), Subject::Technical));
    assert!(eve.is_end_user);
    assert_eq!(desks(&eve, 0), ["users"]);
    assert!(eve.parts[0].staff.is_empty() && eve.parts[0].skills.is_empty());
    let lost = expected(&operator, &call(of_person("eve"), Subject::LossOrTheft));
    assert_eq!(desks(&lost, 0), ["night", "users"]);
}

#[test]
fn nothing_is_promised_to_whom_nobody_knows() {
    let operator = Operator::new();
    let unknown = expected(&operator, &call(crate::domain::route::Caller::Unknown, Subject::Technical));
    assert_eq!((unknown.account, unknown.segment, unknown.is_end_user), (None, None, false));
    assert_eq!(desks(&unknown, 0), Vec::<&str>::new());
}

#[test]
fn whoever_covers_for_the_manager_is_among_them() {
    let mut operator = Operator::new();
    let away = absent("2026-11-20T00:00:00Z", "2026-12-01T00:00:00Z", Some("carol"));
    operator.staff(Staff { absences: [away].into(), ..staff("bob") });
    let staff = expected(&operator, &call(of_account("fleet"), Subject::Commercial)).parts[0].staff.clone();
    assert!(staff.contains(&id("bob")) && staff.contains(&id("carol")));
}

#[test]
fn a_team_that_ended_keeps_no_promise() {
    let mut operator = Operator::new();
    let closed_at = Some(at("2026-11-01T00:00:00Z"));
    operator.desk_only("users", DeskNow { closed_at, ..desk("users", Purpose::EndUser) });
    assert_eq!(
        desks(&expected(&operator, &call(of_person("eve"), Subject::Technical)), 0),
        Vec::<&str>::new()
    );
}
