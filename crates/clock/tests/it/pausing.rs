//! What pauses do to each kind of term.

use std::time::Duration;

use vigie_clock::{Cause, CauseKind, CountdownError, Pause, Standing, Term};

use crate::support::{METROPOLE, almanac, at, business, clock, due, hours, minutes, pause};

#[test]
fn working_days_move_by_the_paused_time_that_lay_in_working_days() {
    let mut case = clock("2026-06-01T10:00", Term::working_days(4, METROPOLE));
    assert_eq!(due(&case), at("2026-06-06T00:00"));
    // Friday noon to Monday noon: the weekend is no working day.
    pause(&mut case, "2026-06-05T12:00", "2026-06-08T12:00");
    assert_eq!(due(&case), at("2026-06-09T00:00"));
    assert_eq!(case.elapsed(almanac(), at("2026-06-08T12:00")).unwrap(), hours(14 + 3 * 24 + 12));
    assert_eq!(case.remaining(almanac(), at("2026-06-08T12:00")).unwrap(), hours(12));
    let mut on_a_holiday = clock("2026-05-13T10:00", Term::working_days(4, METROPOLE));
    pause(&mut on_a_holiday, "2026-05-14T00:00", "2026-05-15T00:00");
    assert_eq!(due(&on_a_holiday), at("2026-05-21T00:00"));
}

#[test]
fn calendar_days_move_by_the_paused_time() {
    let mut case = clock("2026-06-01T10:00", Term::calendar_days(1));
    pause(&mut case, "2026-06-01T12:00", "2026-06-01T13:30");
    assert_eq!(due(&case), at("2026-06-03T01:30"));
}

#[test]
fn a_pause_that_begins_before_the_clock_is_refused_and_one_after_the_end_too() {
    let mut case = clock("2026-06-01T09:00", Term::elapsed(hours(4)));
    let early = at("2026-06-01T08:00");
    let refused = case.pause(Cause::Customer, "advisor", early);
    assert_eq!(refused, Err(CountdownError::BeforeStart { at: early, started_at: at("2026-06-01T09:00") }));
    case.end(at("2026-06-01T10:00")).unwrap();
    let refused = case.pause(Cause::Customer, "advisor", at("2026-06-01T09:30"));
    assert_eq!(refused, Err(CountdownError::Ended(at("2026-06-01T10:00"))));
    assert!(case.pauses().recorded().is_empty());
}

#[test]
fn only_the_customers_side_stops_the_clock_and_the_rest_is_measured_apart() {
    let mut case = clock("2026-06-01T09:00", Term::open(hours(4), business()));
    let flood = Cause::ForceMajeure { code: "FLOOD".to_owned() };
    let dig = Cause::ThirdParty { code: "DUCT_OWNER".to_owned() };
    case.pause(flood, "technician", at("2026-06-01T09:30")).unwrap();
    case.pause(dig, "technician", at("2026-06-01T09:45")).unwrap();
    case.pause(Cause::Ours, "technician", at("2026-06-01T09:45")).unwrap();
    assert_eq!(due(&case), at("2026-06-01T13:00"));
    case.resume(CauseKind::ForceMajeure, at("2026-06-01T10:00")).unwrap();
    case.resume(CauseKind::ThirdParty, at("2026-06-01T10:15")).unwrap();
    pause(&mut case, "2026-06-01T10:10", "2026-06-01T11:10");
    assert_eq!(due(&case), at("2026-06-01T14:00"));
    case.end(at("2026-06-01T14:30")).unwrap();
    let held = |kinds: &[CauseKind]| case.held(almanac(), kinds, at("2026-06-02T00:00")).unwrap();
    assert_eq!(held(&[CauseKind::ForceMajeure]), minutes(30));
    assert_eq!(held(&[CauseKind::ThirdParty]), minutes(25), "five minutes of it the customer paused");
    assert_eq!(held(&[CauseKind::ForceMajeure, CauseKind::ThirdParty]), minutes(40), "counted once");
    assert_eq!(held(&[CauseKind::Ours]), minutes(225));
    // On record it is late, whatever a contract excludes from the penalty.
    assert_eq!(case.verdict(almanac(), at("2026-06-02T00:00")).unwrap().latest.standing, Standing::Late);
}

#[test]
fn pauses_that_overlap_count_once_in_whatever_order_they_are_recorded() {
    let recorded = [("12:00", "12:30"), ("10:00", "11:00"), ("10:30", "11:30"), ("10:45", "10:50")];
    let mut case = clock("2026-06-01T09:00", Term::elapsed(hours(4)));
    for (from, to) in recorded {
        case.record_pause(Pause {
            cause: Cause::Customer,
            author: "import".to_owned(),
            start: at(&format!("2026-06-01T{from}")),
            end: Some(at(&format!("2026-06-01T{to}"))),
        })
        .unwrap();
    }
    assert_eq!(due(&case), at("2026-06-01T15:00"));
    assert_eq!(case.elapsed(almanac(), at("2026-06-01T12:15")).unwrap(), minutes(90));
    let starts: Vec<_> = case.pauses().recorded().iter().map(|pause| pause.start).collect();
    assert_eq!(starts, recorded.map(|(from, _)| at(&format!("2026-06-01T{from}"))));
}

#[test]
fn pausing_twice_resuming_nothing_and_time_backwards_are_refused() {
    let mut case = clock("2026-06-01T09:00", Term::elapsed(hours(4)));
    assert_eq!(
        case.resume(CauseKind::Customer, at("2026-06-01T10:00")),
        Err(CountdownError::NotPaused(CauseKind::Customer))
    );
    case.pause(Cause::Customer, "advisor", at("2026-06-01T10:00")).unwrap();
    let again = case.pause(Cause::Customer, "advisor", at("2026-06-01T10:30"));
    assert_eq!(again, Err(CountdownError::AlreadyPaused(CauseKind::Customer)));
    let backwards = case.resume(CauseKind::Customer, at("2026-06-01T09:59"));
    assert!(matches!(backwards, Err(CountdownError::EndsBeforeStart { .. })));
    assert!(case.pauses().is_stopped());
    // A clock elsewhere that goes wrong by a second does not keep the customer waiting.
    assert!(case.customer_heard(at("2026-06-01T09:59")));
    assert_eq!(due(&case), at("2026-06-01T13:00"));
}

#[test]
fn ending_ends_what_was_waited_for() {
    let mut case = clock("2026-06-01T09:00", Term::elapsed(hours(4)));
    case.pause(Cause::Customer, "advisor", at("2026-06-01T10:00")).unwrap();
    case.end(at("2026-06-01T18:00")).unwrap();
    case.reopen(at("2026-06-01T19:00")).unwrap();
    assert!(!case.pauses().is_stopped());
    assert_eq!(due(&case), at("2026-06-01T21:00"));
}

#[test]
fn in_time_is_before_the_deadline() {
    for (end, standing) in
        [("2026-06-01T12:59:59.999999", Standing::Kept), ("2026-06-01T13:00:00", Standing::Late)]
    {
        let mut case = clock("2026-06-01T09:00", Term::elapsed(hours(4)));
        case.end(at(end)).unwrap();
        assert_eq!(case.verdict(almanac(), at(end)).unwrap().latest.standing, standing, "{end}");
    }
}

#[test]
fn at_risk_is_a_share_of_the_terms_own_time() {
    let mut case = clock("2026-06-01T16:00", Term::open(hours(4), business()));
    assert_eq!(case.at_risk_from(almanac(), 75).unwrap(), Some(at("2026-06-02T09:00")));
    for (moment, at_risk) in
        [("2026-06-02T08:59", false), ("2026-06-02T09:00", true), ("2026-06-02T10:00", false)]
    {
        assert_eq!(case.at_risk(almanac(), at(moment), 75).unwrap(), at_risk, "{moment}");
    }
    case.pause(Cause::Customer, "advisor", at("2026-06-02T08:30")).unwrap();
    assert_eq!(case.at_risk_from(almanac(), 75).unwrap(), None);
    assert!(!case.at_risk(almanac(), at("2026-06-03T12:00"), 75).unwrap());
    assert_eq!(case.remaining(almanac(), at("2026-06-03T12:00")).unwrap(), minutes(90));
    assert_eq!(case.remaining(almanac(), at("2026-06-01T16:00")).unwrap(), hours(4));
}

#[test]
fn bounds_hold() {
    let mut case = clock("2026-06-01T09:00", Term::elapsed(hours(4)));
    let mut last = Ok(());
    for minute in 0..=1_000 {
        let start = at("2026-06-01T09:00").plus(Duration::from_secs(minute));
        let end = Some(start.plus(Duration::from_millis(1)));
        last = case.record_pause(Pause { cause: Cause::Customer, author: "load".to_owned(), start, end });
    }
    assert_eq!(last, Err(CountdownError::TooManyPauses));
    assert_eq!(case.pauses().recorded().len(), 1_000);
    assert_eq!(due(&case), at("2026-06-01T13:00:01"));
}
