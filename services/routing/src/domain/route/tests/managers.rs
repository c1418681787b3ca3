//! The account manager (promise 2.1): dedicated, trained, and somebody there when they are not.

use super::operator::*;
use crate::base::AccountChange;
use crate::domain::Segment;
use crate::domain::account::CoverCause;
use crate::domain::contact_point::Channel;
use crate::domain::desk::Purpose;
use crate::domain::route::{Contact, Period, Reason, Set, Staff, Subject};

fn commercial(person: &str) -> Contact {
    call(of_person(person), Subject::Commercial)
}

#[test]
fn a_subsidiary_without_manager_has_that_of_its_group() {
    let operator = Operator::new();
    let (to, reasons) = operator.route(&commercial("lucien"));
    assert_eq!(to, "manager alice at alice's number");
    assert_eq!(reasons, [Reason::CallerRecognised, Reason::ManagerInherited]);
}

#[test]
fn a_subsidiary_with_a_manager_of_its_own_keeps_them() {
    let mut operator = Operator::new();
    operator.assign("atlas-lyon", "carol", from(EVER));
    assert_eq!(operator.route(&commercial("lucien")).1, [Reason::CallerRecognised, Reason::ManagerAssigned]);
}

#[test]
fn an_absence_leads_to_the_cover_and_only_while_it_lasts() {
    let mut operator = Operator::new();
    let away = absent("2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z", Some("carol"));
    operator.staff(Staff { absences: [away].into(), desk: Some(id("sales-paris")), ..staff("bob") });
    let contact = commercial("frida");
    assert_eq!(
        operator.route(&contact),
        (
            "cover carol at carol's number".to_owned(),
            vec![Reason::CallerRecognised, Reason::ManagerAssigned, Reason::ManagerAway]
        )
    );
    assert_eq!(
        operator.to(&Contact { at: at("2026-11-25T09:30:00Z"), ..contact }),
        "manager bob at bob's number"
    );
    assert_eq!(
        operator.to(&Contact { at: at("2026-11-20T09:30:00Z"), ..contact }),
        "manager bob at bob's number"
    );
}

#[test]
fn an_absence_without_cover_leads_to_the_sales_team_of_the_region() {
    let mut operator = Operator::new();
    let away = absent("2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z", None);
    operator.staff(Staff { absences: [away].into(), ..staff("bob") });
    let (to, reasons) = operator.route(&commercial("frida"));
    assert_eq!(to, "desk sales-paris at sales-paris by PHONE");
    assert_eq!(
        reasons,
        [
            Reason::CallerRecognised,
            Reason::ManagerAssigned,
            Reason::ManagerAway,
            Reason::Segment,
            Reason::Region
        ]
    );
}

#[test]
fn a_cover_who_is_away_too_covers_for_nobody() {
    let mut operator = Operator::new();
    let both = |cover| absent("2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z", cover);
    operator.staff(Staff { absences: [both(Some("carol"))].into(), ..staff("bob") });
    operator.staff(Staff { absences: [both(None)].into(), ..staff("carol") });
    assert_eq!(operator.to(&commercial("frida")), "desk sales-paris at sales-paris by PHONE");
}

#[test]
fn a_cover_without_training_covers_for_nobody() {
    let mut operator = Operator::new();
    let away = absent("2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z", Some("carol"));
    operator.staff(Staff { absences: [away].into(), ..staff("bob") });
    operator.staff(Staff { trained: [period(EVER, "2026-11-01T00:00:00Z")].into(), ..staff("carol") });
    assert_eq!(operator.to(&commercial("frida")), "desk sales-paris at sales-paris by PHONE");
}

#[test]
fn whoever_was_put_in_for_this_account_comes_before_the_managers_general_cover() {
    let mut operator = Operator::new();
    let away = absent("2026-11-23T00:00:00Z", "2026-11-25T00:00:00Z", Some("carol"));
    operator.staff(Staff { absences: [away].into(), ..staff("bob") });
    operator.staff(staff("dora"));
    operator.cover("fleet", "bob", "dora", CoverCause::Absence, from("2026-11-23T00:00:00Z"));
    assert_eq!(operator.to(&commercial("frida")), "cover dora at dora's number");
    // She covers for an absence, and not for whoever is there.
    let contact = Contact { at: at("2026-11-26T09:30:00Z"), ..commercial("frida") };
    assert_eq!(operator.to(&contact), "manager bob at bob's number");
}

#[test]
fn a_training_that_ends_mid_assignment_ends_the_managers_contacts() {
    let mut operator = Operator::new();
    let trained = [period(EVER, "2026-11-24T09:00:00Z")].into();
    operator.staff(Staff { trained, desk: Some(id("sales-paris")), ..staff("bob") });
    let before = Contact { at: at("2026-11-24T08:30:00Z"), ..commercial("frida") };
    assert_eq!(operator.to(&before), "manager bob at bob's number");
    let (to, reasons) = operator.route(&commercial("frida"));
    assert_eq!(to, "desk sales-paris at sales-paris by PHONE");
    assert!(reasons.contains(&Reason::ManagerUntrained), "{reasons:?}");
}

#[test]
fn a_manager_who_has_left_is_followed_by_the_deputy() {
    let mut operator = Operator::new();
    let (leaves_at, deputy) = (Some(at("2026-11-24T00:00:00Z")), Some(id("carol")));
    operator.staff(Staff { leaves_at, deputy, ..staff("bob") });
    let (to, reasons) = operator.route(&commercial("frida"));
    assert_eq!(to, "cover carol at carol's number");
    assert_eq!(reasons, [Reason::CallerRecognised, Reason::ManagerAssigned, Reason::ManagerLeft]);
    let before = Contact { at: at("2026-11-20T09:30:00Z"), ..commercial("frida") };
    assert_eq!(operator.to(&before), "manager bob at bob's number");
}

#[test]
fn a_handover_is_dated_and_the_contact_follows_its_day() {
    let mut operator = Operator::new();
    operator.change_account(
        "fleet",
        vec![AccountChange::AssignmentEnded { id: id("fleet's bob"), until: at("2026-12-01T00:00:00Z") }],
    );
    operator.assign("fleet", "carol", from("2026-12-01T00:00:00Z"));
    assert_eq!(operator.to(&commercial("frida")), "manager bob at bob's number");
    let later = Contact { at: at("2026-12-01T09:30:00Z"), ..commercial("frida") };
    assert_eq!(operator.to(&later), "manager carol at carol's number");
}

#[test]
fn an_account_without_manager_has_the_regional_team_that_serves_businesses_only() {
    let mut operator = Operator::new();
    // Nearer by skill, and not in the region; in the region, and not for businesses only.
    operator.desk(
        "sales-skilled",
        crate::base::DeskNow {
            skills: Set::only(crate::domain::route::Skill::SmeFleet),
            regions: [region("84")].into(),
            ..desk("sales-skilled", Purpose::Sales)
        },
    );
    operator.desk(
        "sales-mixed",
        crate::base::DeskNow {
            skills: Set::only(crate::domain::route::Skill::SmeFleet),
            regions: [region("11")].into(),
            businesses_only: false,
            ..desk("sales-mixed", Purpose::Sales)
        },
    );
    let (to, reasons) = operator.route(&commercial("boris"));
    assert_eq!(to, "desk sales-paris at sales-paris by PHONE");
    assert_eq!(reasons, [Reason::CallerRecognised, Reason::NoManager, Reason::Segment, Reason::Region]);
}

#[test]
fn a_region_without_team_of_its_own_has_any_sales_team_of_the_segment() {
    let mut operator = Operator::new();
    let contact = call(of_account("wires"), Subject::Commercial);
    assert_eq!(operator.to(&contact), "desk sales-paris at sales-paris by PHONE");
    operator.account("island", None, &[Segment::LargeAccount], Some("04"));
    let (to, reasons) = operator.route(&call(of_account("island"), Subject::Commercial));
    assert_eq!(to, "desk sales-large at sales-large by PHONE");
    assert_eq!(reasons, [Reason::NoManager, Reason::LargeAccount]);
}

#[test]
fn a_customer_that_moves_has_the_team_of_where_it_is_then() {
    let mut operator = Operator::new();
    operator.desk(
        "sales-lyon",
        crate::base::DeskNow { regions: [region("84")].into(), ..desk("sales-lyon", Purpose::Sales) },
    );
    let move_day = at("2026-12-01T00:00:00Z");
    operator
        .change_account("both", vec![AccountChange::Region { from: move_day, region: Some(region("84")) }]);
    assert_eq!(operator.to(&commercial("boris")), "desk sales-paris at sales-paris by PHONE");
    let later = Contact { at: at("2026-12-01T09:30:00Z"), ..commercial("boris") };
    assert_eq!(operator.to(&later), "desk sales-lyon at sales-lyon by PHONE");
}

#[test]
fn a_manager_is_reached_by_the_channel_of_the_contact() {
    let mut operator = Operator::new();
    let mail = Contact { channel: Channel::Email, ..commercial("frida") };
    assert_eq!(operator.to(&mail), "manager bob at bob's mail");
    // Nobody chats with a person: their team does.
    operator.point("chat", vec![point("sales-paris", Channel::Chat)]);
    let chat = Contact { channel: Channel::Chat, ..commercial("frida") };
    assert_eq!(operator.to(&chat), "manager bob at sales-paris by CHAT");
}

#[test]
fn outside_of_the_hours_of_the_managers_team_the_answer_is_closed_and_says_until_when() {
    let operator = Operator::new();
    let (to, reasons) = operator.route(&Contact { at: at(NIGHT), ..commercial("frida") });
    assert_eq!(to, "sales-paris closed until 2026-11-24T08:00:00.000000Z, else nothing");
    assert_eq!(reasons, [Reason::CallerRecognised, Reason::ManagerAssigned, Reason::OutsideHours]);
}

#[test]
fn a_large_accounts_call_at_night_is_taken_by_another_team_and_the_answer_says_so() {
    let operator = Operator::new();
    let (to, reasons) = operator.route(&Contact { at: at(NIGHT), ..commercial("lucien") });
    assert_eq!(to, "desk night at night by PHONE");
    assert_eq!(
        reasons,
        [Reason::CallerRecognised, Reason::ManagerInherited, Reason::OutsideHours, Reason::Overflow]
    );
}

#[test]
fn mail_to_a_manager_waits_by_itself() {
    let operator = Operator::new();
    let mail = Contact { channel: Channel::Email, at: at(NIGHT), ..commercial("frida") };
    assert_eq!(operator.to(&mail), "manager bob at bob's mail");
}

#[test]
fn an_assignment_that_never_held_names_nobody() {
    let mut operator = Operator::new();
    operator.assign("wires", "carol", Period { from: at(EVER), until: Some(at(EVER)) });
    let (_, reasons) = operator.route(&call(of_account("wires"), Subject::Commercial));
    assert!(reasons.contains(&Reason::NoManager), "{reasons:?}");
}
