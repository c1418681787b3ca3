//! Loss and theft: taken at any hour, by whoever is there (promise 9.3).

use super::operator::*;
use crate::base::DeskNow;
use crate::domain::contact_point::Channel;
use crate::domain::desk::Purpose;
use crate::domain::route::{Caller, Contact, Reason, Set, Skill, Subject};
use vigie_clock::Hours;

fn stolen(caller: Caller, instant: &str) -> Contact {
    Contact { at: at(instant), ..call(caller, Subject::LossOrTheft) }
}

#[test]
fn at_night_it_goes_to_the_team_that_is_open() {
    let operator = Operator::new();
    for (caller, first) in [
        (of_person("eve"), Reason::CallerRecognised),
        (of_person("lucien"), Reason::CallerRecognised),
        (Caller::Unknown, Reason::CallerUnknown),
    ] {
        let (to, reasons) = operator.route(&stolen(caller, NIGHT));
        assert_eq!(to, "desk night at night by PHONE");
        assert_eq!(reasons, [first, Reason::Urgent, Reason::Skill]);
    }
}

#[test]
fn by_day_the_skilled_team_comes_before_the_others_that_are_open() {
    let mut operator = Operator::new();
    assert_eq!(operator.to(&stolen(of_person("eve"), TUESDAY)), "desk night at night by PHONE");
    operator
        .desk("users", DeskNow { skills: Set::only(Skill::LossTheft), ..desk("users", Purpose::EndUser) });
    assert_eq!(operator.to(&stolen(of_person("eve"), TUESDAY)), "desk users at users by PHONE");
    assert_eq!(operator.to(&stolen(of_person("eve"), NIGHT)), "desk night at night by PHONE");
}

#[test]
fn without_a_skilled_team_whoever_is_open_takes_it() {
    let mut operator = Operator::new();
    operator.desk("night", DeskNow { hours: Hours::always(), ..desk("night", Purpose::Technical) });
    assert_eq!(operator.to(&stolen(of_person("eve"), NIGHT)), "desk night at night by PHONE");
}

#[test]
fn a_mail_about_a_stolen_phone_does_not_wait_for_the_morning() {
    let operator = Operator::new();
    let mail = Contact { channel: Channel::Email, ..stolen(of_person("eve"), NIGHT) };
    assert_eq!(operator.to(&mail), "desk night at ");
}

#[test]
fn where_all_are_closed_the_one_who_takes_over_has_it_and_else_the_answer_is_honest() {
    let mut operator = Operator::new();
    operator.desk(
        "night",
        DeskNow {
            skills: Set::only(Skill::LossTheft),
            overflow: Some(id("guard")),
            ..desk("night", Purpose::Technical)
        },
    );
    let to = operator.to(&stolen(of_person("eve"), NIGHT));
    assert!(to.starts_with("night closed until 2026-11-24T08:00:00.000000Z"), "{to}");
    operator.desk("guard", DeskNow { hours: Hours::always(), ..desk("guard", Purpose::Sales) });
    let (to, reasons) = operator.route(&stolen(of_person("eve"), NIGHT));
    assert_eq!((to.as_str(), reasons.last()), ("desk guard at guard by PHONE", Some(&Reason::Overflow)));
}

#[test]
fn it_is_never_split() {
    let operator = Operator::new();
    let contact = Contact { families: families(), ..stolen(of_person("boris"), NIGHT) };
    assert_eq!(operator.to(&contact), "desk night at night by PHONE");
}

#[test]
fn a_mail_is_handed_on_until_somebody_is_really_there() {
    let mut operator = Operator::new();
    operator.desk(
        "night",
        DeskNow {
            skills: Set::only(Skill::LossTheft),
            overflow: Some(id("sales-paris")),
            ..desk("night", Purpose::Technical)
        },
    );
    operator
        .desk("sales-paris", DeskNow { overflow: Some(id("guard")), ..desk("sales-paris", Purpose::Sales) });
    operator.desk("guard", DeskNow { hours: Hours::always(), ..desk("guard", Purpose::Sales) });
    let mail = Contact { channel: Channel::Email, ..stolen(of_person("eve"), NIGHT) };
    assert_eq!(operator.to(&mail), "desk guard at ");
}
