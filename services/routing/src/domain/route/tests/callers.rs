//! Who calls (promise 5.4.1: end users have a service of their own, and nobody else's account).

use super::operator::*;
use crate::base::{AccountChange, PersonNow};
use crate::domain::person::PersonRole;
use crate::domain::route::{Caller, Contact, Reason, Sight, Subject, decide};
use crate::domain::{Language, Segment};

fn by_number(text: &str, subject: Subject) -> Contact {
    call(Caller::Number(number(text)), subject)
}

#[test]
fn a_manager_is_known_by_number_and_reaches_the_account_manager() {
    let operator = Operator::new();
    let contact = by_number("+33600000001", Subject::Commercial);
    assert_eq!(
        operator.route(&contact),
        ("manager bob at bob's number".to_owned(), vec![Reason::CallerRecognised, Reason::ManagerAssigned])
    );
    let decision = operator.decide(&contact);
    assert_eq!((decision.account, decision.person), (Some(id("fleet")), Some(id("frida"))));
    assert_eq!(decision.segment, Some(Segment::SmeFleet));
}

#[test]
fn an_end_user_is_served_by_the_end_user_service_whatever_it_is_about() {
    let operator = Operator::new();
    for subject in [Subject::Technical, Subject::International] {
        let (to, reasons) = operator.route(&by_number("+33600000002", subject));
        assert_eq!(to, "desk users at users by PHONE");
        assert_eq!(reasons, [Reason::CallerRecognised, Reason::EndUser]);
    }
}

#[test]
fn an_end_user_who_asks_for_the_account_is_not_authorised() {
    let operator = Operator::new();
    for subject in [Subject::Commercial, Subject::Administrative] {
        let (to, reasons) = operator.route(&by_number("+33600000002", subject));
        assert_eq!(to, "desk users at users by PHONE");
        assert_eq!(reasons, [Reason::CallerRecognised, Reason::EndUser, Reason::NotAuthorised]);
    }
}

#[test]
fn an_end_user_of_a_large_account_has_the_end_user_service_as_well() {
    let mut operator = Operator::new();
    operator.person("zoe", "atlas-lyon", &[PersonRole::EndUser], &[]);
    assert_eq!(operator.to(&call(of_person("zoe"), Subject::Technical)), "desk users at users by PHONE");
}

#[test]
fn a_call_from_someone_elses_phone_is_unknown_until_the_caller_is_told() {
    let operator = Operator::new();
    let (to, reasons) = operator.route(&by_number("+33699999999", Subject::Administrative));
    assert_eq!(
        (to.as_str(), reasons.as_slice()),
        ("desk users at users by PHONE", [Reason::CallerUnknown].as_slice())
    );
    assert_eq!(
        operator.to(&call(of_person("frida"), Subject::Administrative)),
        "desk bills-fleet at bills-fleet by PHONE"
    );
}

#[test]
fn somebody_unknown_who_wants_to_buy_is_asked_by_sales_and_never_by_the_unit_of_large_accounts() {
    let operator = Operator::new();
    let (to, reasons) = operator.route(&call(Caller::Unknown, Subject::Commercial));
    assert_eq!(
        (to.as_str(), reasons.as_slice()),
        ("desk sales-anywhere at sales-anywhere by PHONE", [Reason::CallerUnknown].as_slice())
    );
}

#[test]
fn an_ex_employee_is_nobody_and_nothing_of_the_account_is_told() {
    let mut operator = Operator::new();
    let left_at = Some(at("2026-11-01T00:00:00Z"));
    operator.person_now(
        "frida",
        PersonNow { left_at, ..person("fleet", &[PersonRole::FleetManager], &["+33600000001"]) },
    );
    for subject in [Subject::Commercial, Subject::Administrative] {
        let contact = by_number("+33600000001", subject);
        let (to, reasons) = operator.route(&contact);
        assert_eq!(
            (to.as_str(), reasons.as_slice()),
            ("desk users at users by PHONE", [Reason::CallerLeft].as_slice())
        );
        let decision = operator.decide(&contact);
        assert_eq!((decision.account, decision.person, decision.segment), (None, None, None));
    }
    // The day before she left she was there.
    let before = Contact { at: at("2026-10-27T09:30:00Z"), ..by_number("+33600000001", Subject::Commercial) };
    assert_eq!(operator.to(&before), "manager bob at bob's number");
}

#[test]
fn a_number_that_went_to_somebody_else_is_theirs() {
    let mut operator = Operator::new();
    let left_at = Some(at("2026-11-01T00:00:00Z"));
    operator.person_now(
        "frida",
        PersonNow { left_at, ..person("fleet", &[PersonRole::FleetManager], &["+33600000001"]) },
    );
    operator.person("nora", "wires", &[PersonRole::ContractManager], &["+33600000001"]);
    assert_eq!(operator.decide(&by_number("+33600000001", Subject::Commercial)).person, Some(id("nora")));
}

#[test]
fn people_of_an_account_that_ended_have_left() {
    let mut operator = Operator::new();
    operator.change_account("fleet", vec![AccountChange::Closed { at: at("2026-11-01T00:00:00Z") }]);
    for caller in [of_person("frida"), of_account("fleet"), Caller::Number(number("+33600000001"))] {
        assert_eq!(operator.route(&call(caller, Subject::Commercial)).1, [Reason::CallerLeft], "{caller:?}");
    }
}

#[test]
fn a_switchboard_is_its_account_and_no_person() {
    let mut operator = Operator::new();
    operator.person("frida", "fleet", &[PersonRole::FleetManager], &["+33600000001", "+33100000000"]);
    operator.person("eve", "fleet", &[PersonRole::EndUser], &["+33100000000"]);
    let contact = by_number("+33100000000", Subject::Commercial);
    assert_eq!(operator.to(&contact), "manager bob at bob's number");
    let decision = operator.decide(&contact);
    assert_eq!((decision.account, decision.person), (Some(id("fleet")), None));
}

#[test]
fn a_number_of_end_users_only_asks_for_nothing_more() {
    let mut operator = Operator::new();
    operator.person("eve", "fleet", &[PersonRole::EndUser], &["+33100000000"]);
    operator.person("ulla", "fleet", &[PersonRole::EndUser], &["+33100000000"]);
    let (_, reasons) = operator.route(&by_number("+33100000000", Subject::Commercial));
    assert_eq!(reasons, [Reason::CallerRecognised, Reason::EndUser, Reason::NotAuthorised]);
}

#[test]
fn a_number_of_two_accounts_is_nobodys() {
    let mut operator = Operator::new();
    operator.person("frida", "fleet", &[PersonRole::FleetManager], &["+33100000000"]);
    operator.person("boris", "both", &[PersonRole::ContractManager], &["+33100000000"]);
    assert_eq!(operator.route(&by_number("+33100000000", Subject::Technical)).1, [Reason::CallerUnknown]);
    // One of them leaves it: it is the other's.
    operator.person("boris", "both", &[PersonRole::ContractManager], &[]);
    assert_eq!(operator.decide(&by_number("+33100000000", Subject::Technical)).person, Some(id("frida")));
}

#[test]
fn an_account_out_of_sight_looks_like_one_that_does_not_exist() {
    let operator = Operator::new();
    let (fleet, atlas) = (id("fleet"), id("atlas"));
    let contact = call(of_person("frida"), Subject::Technical);
    let seen = |account: uuid::Uuid, contact: &Contact| {
        let may_see = move |asked| asked == account;
        let decision = decide(&operator.base, contact, Sight::Within(&may_see));
        (decision.account, decision.person, decision.routes.as_slice()[0].reasons)
    };
    assert_eq!(seen(fleet, &contact).0, Some(fleet));
    let nobody = seen(fleet, &call(of_person("nobody at all"), Subject::Technical));
    assert_eq!(seen(atlas, &contact), nobody);
    // Who may see a group may see what hangs below it.
    assert_eq!(seen(atlas, &call(of_person("lucien"), Subject::Technical)).0, Some(id("atlas-lyon")));
}

#[test]
fn the_language_is_the_contacts_then_the_persons_then_the_accounts() {
    let mut operator = Operator::new();
    let (english, german) = (Some(Language::English), Some(Language::German));
    let from = at(EVER);
    operator.change_account("fleet", vec![AccountChange::Language { from, language: english }]);
    let contact = call(of_person("eve"), Subject::Technical);
    assert!(operator.route(&contact).1.contains(&Reason::Language));
    operator
        .person_now("eve", PersonNow { language: german, ..person("fleet", &[PersonRole::EndUser], &[]) });
    assert!(operator.route(&contact).1.contains(&Reason::LanguageNotServed));
    let (_, reasons) = operator.route(&Contact { language: Some(Language::French), ..contact });
    assert_eq!(reasons, [Reason::CallerRecognised, Reason::EndUser]);
}
