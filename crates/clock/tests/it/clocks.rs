//! Clocks as state: several in a case, and on the wire.

use vigie_clock::{Cause, CauseKind, Countdown, CountdownError, Countdowns, ScheduleError, Standing, Term};

use crate::support::{METROPOLE, almanac, at, business, clock, hours, minutes, pause};

/// A clock to which everything has happened.
fn eventful() -> Countdown {
    let mut case = clock("2026-06-01T09:00", Term::open(hours(8), business()));
    pause(&mut case, "2026-06-01T10:00", "2026-06-01T11:00");
    case.pause(Cause::ThirdParty { code: "DUCT_OWNER".to_owned() }, "technician", at("2026-06-01T11:30"))
        .unwrap();
    case.change_term(Term::working_days(2, METROPOLE), at("2026-06-01T12:00"), "priority P2 to P3").unwrap();
    case.end(at("2026-06-01T16:00")).unwrap();
    case.reopen(at("2026-06-01T17:00")).unwrap();
    case.pause(Cause::Customer, "advisor", at("2026-06-01T17:30")).unwrap();
    case
}

#[test]
fn a_clock_survives_the_wire_with_all_that_follows_from_it() {
    let before = eventful();
    let json = serde_json::to_string(&before).unwrap();
    let after: Countdown = serde_json::from_str(&json).unwrap();
    assert_eq!(after, before);
    let moment = at("2026-06-03T12:00");
    assert_eq!(after.verdict(almanac(), moment).unwrap(), before.verdict(almanac(), moment).unwrap());
    let verdict = serde_json::to_value(before.verdict(almanac(), moment).unwrap()).unwrap();
    assert_eq!(
        verdict,
        serde_json::json!({
            "first": {"standing": "RUNNING", "elapsed": "PT7H30M"},
            "latest": {"standing": "RUNNING", "elapsed": "PT7H30M"},
        })
    );
}

#[test]
fn a_clock_that_ran_backwards_does_not_get_in_by_the_wire() {
    let json = serde_json::to_string(&eventful()).unwrap();
    let wrong =
        json.replacen(r#""end":"2026-06-01T09:00:00.000000Z""#, r#""end":"2026-06-01T07:59:00.000000Z""#, 1);
    assert_ne!(wrong, json);
    assert!(serde_json::from_str::<Countdown>(&wrong).is_err());
}

#[test]
fn the_schema_of_a_clock_describes_what_is_written() {
    let schema = serde_json::to_value(schemars::schema_for!(Countdowns)).unwrap();
    let clock = &schema["$defs"]["Countdown"];
    assert_eq!(clock["required"], serde_json::json!(["started_at", "first"]));
    assert_eq!(schema["$defs"]["Pause"]["required"], serde_json::json!(["cause", "author", "start"]));
}

#[test]
fn a_refused_change_changes_nothing() {
    let mut case = eventful();
    let before = case.clone();
    let moment = at("2026-06-01T18:00");
    assert_eq!(
        case.change_term(Term::elapsed(hours(0)), moment, "none"),
        Err(CountdownError::Term(ScheduleError::UnusableTerm))
    );
    assert_eq!(case.reopen(moment), Err(CountdownError::NotEnded));
    assert_eq!(case.resume(CauseKind::Ours, moment), Err(CountdownError::NotPaused(CauseKind::Ours)));
    assert_eq!(case, before);
    case.end(moment).unwrap();
    assert_eq!(case.end(moment), Err(CountdownError::Ended(moment)));
    let before_its_end = at("2026-06-01T17:59");
    assert_eq!(
        case.reopen(before_its_end),
        Err(CountdownError::EndsBeforeStart { start: moment, end: before_its_end })
    );
    assert!(Countdown::start(moment, Term::elapsed(hours(0))).is_err());
}

#[test]
fn a_pause_of_the_case_is_a_pause_of_all_its_clocks_each_once() {
    let mut case = Countdowns::default();
    case.start("resolution", clock("2026-06-01T09:00", Term::elapsed(hours(4)))).unwrap();
    case.get_mut("resolution").unwrap().pause(Cause::Customer, "advisor", at("2026-06-01T09:30")).unwrap();
    case.start("next-update", clock("2026-06-01T10:30", Term::elapsed(hours(1)))).unwrap();
    // Said at 10:31 of 10:00: the clock that is younger waits since its start.
    case.pause_all(&Cause::Customer, "advisor", at("2026-06-01T10:00")).unwrap();
    case.resume_all(CauseKind::Customer, at("2026-06-01T11:00")).unwrap();
    let due = |name| case.get(name).unwrap().due(almanac()).unwrap().unwrap();
    assert_eq!(due("resolution"), at("2026-06-01T14:30"));
    assert_eq!(due("next-update"), at("2026-06-01T12:00"));
    let again = case.resume_all(CauseKind::Customer, at("2026-06-01T11:30"));
    assert_eq!(again, Err(CountdownError::NotPaused(CauseKind::Customer)));
}

#[test]
fn a_case_ends_once_and_names_the_clock_it_does_not_have() {
    let mut case = Countdowns::default();
    case.start("resolution", clock("2026-06-01T09:00", Term::elapsed(hours(4)))).unwrap();
    case.end_all(at("2026-06-01T10:00")).unwrap();
    let ended = Err(CountdownError::CaseEnded(at("2026-06-01T10:00")));
    assert_eq!(case.end_all(at("2026-06-01T11:00")), ended);
    assert_eq!(case.pause_all(&Cause::Ours, "advisor", at("2026-06-01T11:00")), ended);
    assert_eq!(
        case.reopen("repair", at("2026-06-01T11:00")),
        Err(CountdownError::NoSuchClock("repair".to_owned()))
    );
    assert_eq!(case.ended_at(), Some(at("2026-06-01T10:00")));
    let json = serde_json::to_string(&case).unwrap();
    assert_eq!(serde_json::from_str::<Countdowns>(&json).unwrap(), case);
}

#[test]
fn hourly_updates_are_judged_one_by_one() {
    let mut case = Countdowns::default();
    for (start, end) in [("09:00", "09:50"), ("09:50", "11:00"), ("11:00", "11:59")] {
        let started = at(&format!("2026-06-01T{start}"));
        case.start("next-update", Countdown::start(started, Term::elapsed(hours(1))).unwrap()).unwrap();
        case.get_mut("next-update").unwrap().end(at(&format!("2026-06-01T{end}"))).unwrap();
    }
    let verdicts =
        case.runs("next-update").iter().map(|run| run.verdict(almanac(), at("2026-06-02T00:00")).unwrap());
    let seen: Vec<_> = verdicts.map(|verdict| (verdict.latest.standing, verdict.latest.elapsed)).collect();
    assert_eq!(
        seen,
        [(Standing::Kept, minutes(50)), (Standing::Late, minutes(70)), (Standing::Kept, minutes(59))]
    );
}
