//! Ways in which clocks are on record to have gone wrong elsewhere (COMMITMENTS, last paragraph): one test each.

use vigie_clock::{
    Almanac, Amendment, CalendarRef, Calendars, Cause, Countdown, CountdownError, Countdowns, Day, Door,
    Rule, Standing, Term, Zone,
};

use crate::support::{almanac, at, business, clock, due, hours, minutes, office, pause};

#[test]
fn a_pause_is_counted_in_the_same_hours_as_the_deadline() {
    let mut case = clock("2026-06-01T16:00", Term::open(hours(4), business()));
    assert_eq!(due(&case), at("2026-06-02T10:00"));
    // 17:00 to 09:00: sixteen hours on the wall, two of them open.
    pause(&mut case, "2026-06-01T17:00", "2026-06-02T09:00");
    assert_eq!(due(&case), at("2026-06-02T12:00"));
}

#[test]
fn a_deadline_never_lands_after_closing_time() {
    let case = clock("2026-06-05T14:00", Term::open(hours(4), business()));
    assert_eq!(due(&case), at("2026-06-05T18:00"), "used up at closing time, not on Monday morning");
    let longer = clock("2026-06-05T14:00", Term::open(hours(5), business()));
    assert_eq!(due(&longer), at("2026-06-08T09:00"));
    let schedule = almanac().opening(&business()).unwrap();
    for budget in 1..2_000 {
        let due = schedule.after(at("2026-06-05T14:00"), minutes(budget)).unwrap();
        let just_before = due.minus(std::time::Duration::from_micros(1));
        assert!(schedule.is_open(just_before).unwrap(), "{budget} minutes: {due}");
    }
}

#[test]
fn earlier_pauses_survive_a_change_of_priority() {
    let mut case = clock("2026-06-01T09:00", Term::elapsed(hours(8)));
    pause(&mut case, "2026-06-01T10:00", "2026-06-01T12:00");
    assert_eq!(due(&case), at("2026-06-01T19:00"));
    case.change_term(Term::elapsed(hours(4)), at("2026-06-01T12:30"), "priority P2 to P1").unwrap();
    assert_eq!(due(&case), at("2026-06-01T15:00"));
    assert_eq!(case.elapsed(almanac(), at("2026-06-01T14:00")).unwrap(), hours(3));
    // Lowered to win time: the first promise stands beside the latest.
    case.change_term(Term::elapsed(hours(48)), at("2026-06-01T14:00"), "priority P1 to P3").unwrap();
    let verdict = case.verdict(almanac(), at("2026-06-02T09:00")).unwrap();
    assert_eq!((verdict.first.standing, verdict.latest.standing), (Standing::Late, Standing::Running));
    assert_eq!(verdict.first.due, Some(at("2026-06-01T19:00")));
}

#[test]
fn nothing_is_breached_while_paused() {
    let mut case = clock("2026-06-01T09:00", Term::elapsed(hours(4)));
    case.pause(Cause::Customer, "advisor", at("2026-06-01T12:59:59.999999")).unwrap();
    let much_later = at("2026-09-01T09:00");
    let verdict = case.verdict(almanac(), much_later).unwrap().latest;
    assert_eq!((verdict.standing, verdict.due), (Standing::Running, None));
    assert!(case.remaining(almanac(), much_later).unwrap() == std::time::Duration::from_micros(1));
}

#[test]
fn a_pause_does_not_mend_what_was_broken_before_it() {
    let mut case = clock("2026-06-01T09:00", Term::elapsed(hours(4)));
    case.pause(Cause::Customer, "advisor", at("2026-06-01T13:00")).unwrap();
    let verdict = case.verdict(almanac(), at("2026-06-01T14:00")).unwrap().latest;
    assert_eq!((verdict.standing, verdict.due), (Standing::Late, Some(at("2026-06-01T13:00"))));
}

#[test]
fn solved_time_is_not_paused_time_after_a_reopening() {
    let mut case = clock("2026-06-01T09:00", Term::elapsed(hours(4)));
    case.end(at("2026-06-01T11:00")).unwrap();
    case.reopen(at("2026-06-01T12:00")).unwrap();
    assert_eq!(due(&case), at("2026-06-01T13:00"));
    assert_eq!(case.elapsed(almanac(), at("2026-06-01T12:30")).unwrap(), minutes(210));
    // Closed and reopened to stop the clock: it did not.
    case.end(at("2026-06-01T12:45")).unwrap();
    case.reopen(at("2026-06-01T20:00")).unwrap();
    assert_eq!(case.verdict(almanac(), at("2026-06-01T20:00")).unwrap().latest.standing, Standing::Late);
    assert_eq!(case.reopenings().len(), 2);
}

#[test]
fn the_opening_date_cannot_be_edited() {
    let mut case = clock("2026-06-01T09:00", Term::elapsed(hours(4)));
    let started = case.started_at();
    pause(&mut case, "2026-06-01T10:00", "2026-06-01T11:00");
    case.change_term(Term::elapsed(hours(2)), at("2026-06-01T11:00"), "priority").unwrap();
    case.end(at("2026-06-01T11:30")).unwrap();
    case.reopen(at("2026-06-01T11:40")).unwrap();
    assert_eq!(case.started_at(), started);
    let before = at("2026-06-01T08:59");
    for refused in [
        case.pause(Cause::Customer, "advisor", before),
        case.change_term(Term::elapsed(hours(9)), before, "moved"),
        case.end(before),
    ] {
        assert_eq!(refused, Err(CountdownError::BeforeStart { at: before, started_at: started }));
    }
}

#[test]
fn an_update_deadline_does_not_overwrite_the_first_response() {
    let mut case = Countdowns::default();
    case.start("first-response", clock("2026-06-01T09:00", Term::elapsed(minutes(30)))).unwrap();
    case.start("next-update", clock("2026-06-01T09:00", Term::elapsed(hours(1)))).unwrap();
    assert_eq!(case.due(almanac()).unwrap(), Some((at("2026-06-01T09:30"), "first-response")));
    let another = clock("2026-06-01T09:10", Term::elapsed(hours(9)));
    let refused = case.start("first-response", another.clone());
    assert_eq!(refused, Err(CountdownError::AlreadyRuns("first-response".to_owned())));
    // The next update after this one is a run of its own; what became of this one stays.
    case.get_mut("next-update").unwrap().end(at("2026-06-01T09:50")).unwrap();
    case.start("next-update", clock("2026-06-01T09:50", Term::elapsed(hours(1)))).unwrap();
    let runs: Vec<_> = case.runs("next-update").iter().map(Countdown::ended_at).collect();
    assert_eq!(runs, [Some(at("2026-06-01T09:50")), None]);
    assert_eq!(due(case.get("first-response").unwrap()), at("2026-06-01T09:30"));
}

#[test]
fn no_stale_deadline_after_a_change_of_team() {
    let mut case = clock("2026-06-05T17:00", Term::open(hours(2), business()));
    assert_eq!(due(&case), at("2026-06-08T09:00"));
    let around_the_clock = Term::open(hours(2), vigie_clock::Hours::always());
    case.change_term(around_the_clock, at("2026-06-05T17:30"), "night desk").unwrap();
    assert_eq!(due(&case), at("2026-06-05T19:00"));
    case.change_term(Term::open(hours(2), office()), at("2026-06-05T17:45"), "regional desk").unwrap();
    assert_eq!(due(&case), at("2026-06-08T10:00"));
    assert_eq!(case.promises().count(), 3);
}

#[test]
fn elapsed_time_is_known_whenever_asked_also_long_after() {
    let mut case = clock("2026-06-01T09:00", Term::elapsed(hours(4)));
    assert_eq!(case.elapsed(almanac(), at("2026-06-01T09:00")).unwrap(), hours(0));
    assert_eq!(case.elapsed(almanac(), at("2026-06-01T08:00")).unwrap(), hours(0));
    assert_eq!(case.elapsed(almanac(), at("2026-06-01T10:00")).unwrap(), hours(1));
    case.end(at("2026-06-01T11:00")).unwrap();
    for later in ["2026-06-01T11:00", "2026-06-01T18:00", "2036-06-01T11:00"] {
        let verdict = case.verdict(almanac(), at(later)).unwrap();
        assert_eq!((verdict.latest.standing, verdict.latest.elapsed), (Standing::Kept, hours(2)), "{later}");
        assert_eq!(verdict.ended_at, Some(at("2026-06-01T11:00")));
    }
}

#[test]
fn a_customers_note_on_the_web_restarts_the_clock() {
    let mut case = Countdowns::default();
    case.start("resolution", clock("2026-06-01T09:00", Term::elapsed(hours(4)))).unwrap();
    case.start("next-update", clock("2026-06-01T09:00", Term::elapsed(hours(24)))).unwrap();
    case.pause_all(&Cause::Customer, "advisor", at("2026-06-01T10:00")).unwrap();
    assert_eq!(case.due(almanac()).unwrap(), None);
    // Whatever the door: it is not asked for.
    assert!(case.customer_heard(at("2026-06-01T15:00")));
    assert_eq!(case.due(almanac()).unwrap(), Some((at("2026-06-01T18:00"), "resolution")));
    assert!(!case.customer_heard(at("2026-06-01T16:00")), "it does not wait any more");
    assert_eq!(due(case.get("resolution").unwrap()), at("2026-06-01T18:00"));
}

#[test]
fn lunch_breaks_are_closed() {
    let case = clock("2026-06-01T11:00", Term::open(hours(2), office()));
    assert_eq!(due(&case), at("2026-06-01T15:00"));
    let until_lunch = clock("2026-06-01T11:00", Term::open(hours(1), office()));
    assert_eq!(due(&until_lunch), at("2026-06-01T12:00"));
    let mut paused = clock("2026-06-01T11:00", Term::open(hours(2), office()));
    pause(&mut paused, "2026-06-01T12:15", "2026-06-01T13:45");
    assert_eq!(due(&paused), at("2026-06-01T15:00"), "a pause during lunch is worth nothing");
    let door = almanac().opening(&office()).unwrap().door(at("2026-06-01T12:00")).unwrap();
    assert_eq!(door, Door::Closed { opens_at: Some(at("2026-06-01T14:00")) });
}

#[test]
fn no_clock_runs_after_the_resolution() {
    let mut case = Countdowns::default();
    case.start("resolution", clock("2026-06-01T09:00", Term::elapsed(hours(4)))).unwrap();
    case.start("next-response", clock("2026-06-01T10:00", Term::elapsed(hours(1)))).unwrap();
    case.end_all(at("2026-06-01T10:30")).unwrap();
    assert!(case.iter().all(|(_, clock)| !clock.is_running()));
    assert_eq!(case.due(almanac()).unwrap(), None);
    let late = case.start("next-response", clock("2026-06-01T10:45", Term::elapsed(hours(1))));
    assert_eq!(late, Err(CountdownError::CaseEnded(at("2026-06-01T10:30"))));
    let verdict = case.get("next-response").unwrap().verdict(almanac(), at("2026-07-01T09:00")).unwrap();
    assert_eq!((verdict.latest.standing, verdict.latest.elapsed), (Standing::Kept, minutes(30)));
    // Reopened: that clock goes on, the others stay as they ended.
    case.reopen("resolution", at("2026-06-01T11:00")).unwrap();
    assert_eq!(case.due(almanac()).unwrap(), Some((at("2026-06-01T13:00"), "resolution")));
}

#[test]
fn history_is_not_reckoned_anew_when_a_calendar_is_edited() {
    let mut kept = clock("2026-06-01T09:00", Term::working_days(1, CalendarRef::built_in(Zone::Metropole)));
    kept.end(at("2026-06-03T08:00")).unwrap();
    let before = kept.verdict(almanac(), at("2026-07-01T00:00")).unwrap();
    assert_eq!(before.latest.standing, Standing::Late);
    let mourning = Amendment {
        zone: Zone::Metropole,
        version: 2,
        based_on: 1,
        remove: Vec::new(),
        add: vec![Rule::new("Deuil national", Day::Once("2026-06-02".parse().unwrap()))],
    };
    let edited = Almanac::new(Calendars::built_in().with(&mourning).unwrap());
    assert_eq!(kept.verdict(&edited, at("2026-07-01T00:00")).unwrap(), before);
    let latest = edited.calendars().latest(Zone::Metropole);
    let mut promised_since = clock("2026-06-01T09:00", Term::working_days(1, latest));
    promised_since.end(at("2026-06-03T08:00")).unwrap();
    let verdict = promised_since.verdict(&edited, at("2026-07-01T00:00")).unwrap();
    assert_eq!(verdict.latest.standing, Standing::Kept);
}
