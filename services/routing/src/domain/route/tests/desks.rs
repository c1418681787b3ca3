//! Which team (promises 5.1.1 and 5.1.2), and the parts of a contact that is about both families.

use super::operator::*;
use crate::base::{AccountChange, DeskNow};
use crate::domain::desk::Purpose;
use crate::domain::person::PersonRole;
use crate::domain::route::{Contact, Family, Reason, Routes, Set, Skill, Staff, Subject};
use crate::domain::{CountryCode, Language, Segment};

fn administrative(account: &str) -> Contact {
    call(of_account(account), Subject::Administrative)
}

#[test]
fn a_large_account_has_its_unit_and_a_subsidiary_has_it_too() {
    let operator = Operator::new();
    assert_eq!(
        operator.route(&administrative("atlas")),
        (
            "desk bills-large at bills-large by PHONE".to_owned(),
            vec![Reason::Subject, Reason::LargeAccount, Reason::Skill]
        )
    );
    let (to, reasons) = operator.route(&administrative("atlas-lyon"));
    assert_eq!(to, "desk bills-large at bills-large by PHONE");
    assert_eq!(reasons, [Reason::Subject, Reason::LargeAccount, Reason::SegmentInherited, Reason::Skill]);
}

#[test]
fn a_large_account_without_a_unit_is_a_gap_and_nobody_elses() {
    let mut operator = Operator::new();
    let closed_at = Some(at("2026-11-01T00:00:00Z"));
    let segments = Set::only(Segment::LargeAccount);
    operator.desk_only(
        "bills-large",
        DeskNow { segments, closed_at, ..desk("bills-large", Purpose::Administrative) },
    );
    let (to, reasons) = operator.route(&administrative("atlas"));
    assert_eq!(
        (to.as_str(), reasons.as_slice()),
        ("nobody", [Reason::Subject, Reason::LargeAccount].as_slice())
    );
}

#[test]
fn a_unit_that_serves_others_as_well_is_not_dedicated() {
    let mut operator = Operator::new();
    let mixed = [Segment::LargeAccount, Segment::SmeFleet].into_iter().collect();
    operator.desk_only(
        "bills-large",
        DeskNow { segments: mixed, ..desk("bills-large", Purpose::Administrative) },
    );
    assert_eq!(operator.to(&administrative("atlas")), "nobody");
    let segments = Set::only(Segment::LargeAccount);
    operator.desk_only(
        "bills-large",
        DeskNow { segments, businesses_only: false, ..desk("bills-large", Purpose::Administrative) },
    );
    assert_eq!(operator.to(&administrative("atlas")), "nobody");
}

#[test]
fn nobody_else_is_served_by_the_unit_of_large_accounts() {
    let mut operator = Operator::new();
    operator.account("plain", None, &[], None);
    for account in ["fleet", "wires", "both", "plain"] {
        let to = operator.to(&administrative(account));
        assert!(!to.contains("large"), "{account}: {to}");
    }
}

#[test]
fn each_segment_of_small_businesses_has_the_team_with_its_skill() {
    let operator = Operator::new();
    for (account, to) in [
        ("fleet", "desk bills-fleet at bills-fleet by PHONE"),
        ("wires", "desk bills-fixed at bills-fixed by PHONE"),
    ] {
        let expected = (to.to_owned(), vec![Reason::Subject, Reason::Segment, Reason::Skill]);
        assert_eq!(operator.route(&administrative(account)), expected);
    }
}

#[test]
fn of_a_customer_who_is_both_the_family_of_the_contact_decides() {
    let operator = Operator::new();
    for (family, to, segment) in [
        (Family::Mobile, "desk bills-fleet at bills-fleet by PHONE", Segment::SmeFleet),
        (Family::Fixed, "desk bills-fixed at bills-fixed by PHONE", Segment::BusinessFixed),
    ] {
        let contact = Contact { families: Set::only(family), ..administrative("both") };
        assert_eq!(operator.to(&contact), to);
        let decision = operator.decide(&contact);
        assert_eq!((decision.segment, decision.routes.as_slice()[0].family), (Some(segment), Some(family)));
    }
}

#[test]
fn a_contact_about_both_families_is_split() {
    let operator = Operator::new();
    let decision_about = |contact: &Contact| {
        let decision = operator.decide(contact);
        let Routes::Split([mobile, fixed]) = decision.routes else { panic!("{decision:?}") };
        assert_eq!((mobile.family, fixed.family), (Some(Family::Mobile), Some(Family::Fixed)));
        assert!([mobile, fixed].iter().all(|route| route.reasons.as_slice().contains(&Reason::Split)));
        [shown(&mobile), shown(&fixed)]
    };
    let contact = Contact { families: families(), ..administrative("both") };
    assert_eq!(
        decision_about(&contact),
        ["desk bills-fleet at bills-fleet by PHONE", "desk bills-fixed at bills-fixed by PHONE"]
    );
}

#[test]
fn a_segment_that_changes_is_that_of_the_moment() {
    let mut operator = Operator::new();
    let from = at("2026-11-24T09:45:00Z");
    operator.change_account(
        "fleet",
        vec![AccountChange::Segments { from, segments: Set::only(Segment::LargeAccount) }],
    );
    let before = administrative("fleet");
    assert_eq!(operator.to(&before), "desk bills-fleet at bills-fleet by PHONE");
    assert_eq!(operator.to(&Contact { at: from, ..before }), "desk bills-large at bills-large by PHONE");
}

#[test]
fn a_skill_that_has_expired_for_all_of_a_team_is_none() {
    let mut operator = Operator::new();
    let skilled = |name, until: Option<&str>| Staff {
        desk: Some(id("bills-fleet")),
        skills: [(Skill::SmeFleet, until.map(at))].into(),
        ..staff(name)
    };
    operator.staff(skilled("dora", Some("2026-11-01T00:00:00Z")));
    let (_, reasons) = operator.route(&administrative("fleet"));
    assert!(!reasons.contains(&Reason::Skill), "{reasons:?}");
    // One of them still holds it.
    operator.staff(skilled("emil", None));
    assert!(operator.route(&administrative("fleet")).1.contains(&Reason::Skill));
    // And leaves.
    let leaves_at = Some(at("2026-11-20T00:00:00Z"));
    operator.staff(Staff { leaves_at, ..skilled("emil", None) });
    assert!(!operator.route(&administrative("fleet")).1.contains(&Reason::Skill));
}

#[test]
fn skill_comes_before_region_and_region_before_language_and_rank() {
    let mut operator = Operator::empty();
    operator.account("acme", None, &[Segment::SmeFleet], Some("84"));
    let of = |name: &str| DeskNow { ..desk(name, Purpose::Technical) };
    let contact =
        Contact { language: Some(Language::English), ..call(of_account("acme"), Subject::Technical) };
    operator.desk("ranked", DeskNow { rank: 0, ..of("ranked") });
    assert_eq!(operator.to(&contact), "desk ranked at ranked by PHONE");
    operator.desk("english", DeskNow { rank: 9, languages: Set::only(Language::English), ..of("english") });
    assert_eq!(operator.to(&contact), "desk english at english by PHONE");
    operator.desk("lyon", DeskNow { rank: 9, regions: [region("84")].into(), ..of("lyon") });
    assert_eq!(operator.to(&contact), "desk lyon at lyon by PHONE");
    operator.desk("named", DeskNow { rank: 9, segments: Set::only(Segment::SmeFleet), ..of("named") });
    assert_eq!(operator.to(&contact), "desk named at named by PHONE");
    operator.desk("skilled", DeskNow { rank: 9, skills: Set::only(Skill::SmeFleet), ..of("skilled") });
    assert_eq!(operator.to(&contact), "desk skilled at skilled by PHONE");
    operator.desk(
        "elsewhere",
        DeskNow {
            skills: [Skill::SmeFleet, Skill::Technical].into_iter().collect(),
            regions: [region("11")].into(),
            ..of("elsewhere")
        },
    );
    assert_eq!(
        operator.to(&contact),
        "desk skilled at skilled by PHONE",
        "a team that serves other regions does not fit"
    );
}

#[test]
fn a_language_that_nobody_speaks_is_said() {
    let operator = Operator::new();
    let contact = Contact { language: Some(Language::Dutch), ..administrative("fleet") };
    let (to, reasons) = operator.route(&contact);
    assert_eq!(to, "desk bills-fleet at bills-fleet by PHONE");
    assert_eq!(reasons, [Reason::Subject, Reason::Segment, Reason::Skill, Reason::LanguageNotServed]);
}

#[test]
fn international_matters_have_their_team_for_every_segment() {
    let mut operator = Operator::new();
    for account in ["atlas", "fleet", "wires"] {
        let (to, reasons) = operator.route(&call(of_account(account), Subject::International));
        assert_eq!(to, "desk abroad at abroad by PHONE");
        assert!(reasons.contains(&Reason::Skill), "{reasons:?}");
    }
    let germany = CountryCode::parse("DE").unwrap();
    operator.desk(
        "abroad-de",
        DeskNow {
            countries: [germany].into(),
            rank: 5,
            skills: Set::only(Skill::International),
            ..desk("abroad-de", Purpose::International)
        },
    );
    let contact = Contact { from: germany, ..call(of_account("fleet"), Subject::International) };
    assert_eq!(operator.to(&contact), "desk abroad-de at abroad-de by PHONE");
}

#[test]
fn an_operator_without_teams_says_so() {
    let mut operator = Operator::empty();
    operator.account("acme", None, &[Segment::SmeFleet], None);
    operator.person("ana", "acme", &[PersonRole::EndUser], &[]);
    for subject in [
        Subject::Commercial,
        Subject::Administrative,
        Subject::Technical,
        Subject::LossOrTheft,
        Subject::International,
    ] {
        for caller in [of_account("acme"), of_person("ana"), of_person("nobody")] {
            let (to, reasons) = operator.route(&call(caller, subject));
            assert_eq!(to, "nobody");
            assert!(!reasons.is_empty(), "{subject:?} {caller:?}");
        }
    }
}
