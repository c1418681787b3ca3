use std::time::Duration;

use vigie_clock::{CalendarRef, TimeZone, Zone};

use super::*;
use crate::domain::*;

const DAY: Duration = Duration::from_hours(24);

/// A line whose handset is on record.
fn of_a_handset() -> Story {
    Story::of_a_line().given(record_handset(IMEI, manager()))
}

/// A line whose handset is declared stolen; the police took it down when the story began, Monday 23 November 2026.
fn of_a_theft() -> Story {
    of_a_handset().given(declare_theft(report("2026-11-23T02:00:00Z"), user()))
}

fn only_declaration(story: &Story) -> Declaration {
    let [declaration] = story.line().declarations() else { panic!("{:?}", story.line().declarations()) };
    declaration.clone()
}

#[test]
fn a_declaration_pins_calendar_and_deadline() {
    let story = of_a_handset().when(declare_theft(report("2026-11-23T02:00:00Z"), user()));
    let declaration_id = story.act();
    let story = story.then(&["theft_declared"]);
    let [Fact::TheftDeclared(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!(fact.declaration_id, declaration_id);
    assert_eq!(fact.imei.known(), Some(&imei(IMEI)), "the one on record");
    assert_eq!(fact.term.calendar, CalendarRef::built_in(Zone::Metropole));
    assert_eq!((fact.term.working_days, fact.term.time_zone.name()), (4, "Europe/Paris"));
    assert_eq!((fact.counted_from, fact.due_at), (fact.declared_at, at("2026-11-28T00:00:00+01:00")));
    assert_eq!(next_due(&story.line), Some(fact.due_at));
    let [stolen] = &story.events.last().unwrap().0.line.stolen_handsets[..] else { panic!("one") };
    assert_eq!((stolen.declaration_id, stolen.state), (declaration_id, HandsetState::ToBeBlocked));
}

#[test]
fn the_line_is_left_as_it_was() {
    let story = of_a_theft();
    assert_eq!(story.line().state(), LineState::Active, "suspending is a gesture of its own");
    assert!(!story.line().is_unconfirmed() && story.line().latest_act().is_none());
    let story = story.given(suspend(Reason::Theft, user())).confirmed();
    assert!(story.line().has_stolen_handset() && story.line().has(Reason::Theft));
}

#[test]
fn the_user_declares_the_handset_on_record_and_no_other_one() {
    let named = |number: &str| TheftReport { imei: Some(imei(number)), ..report("2026-11-23T02:00:00Z") };
    of_a_handset().when(declare_theft(named(IMEI), user())).then(&["theft_declared"]);
    of_a_handset().when(declare_theft(named(OTHER_IMEI), user())).then_refused("PERMISSION_DENIED");
    Story::of_a_line().when(declare_theft(named(IMEI), user())).then_refused("PERMISSION_DENIED");
    Story::of_a_line()
        .when(declare_theft(report("2026-11-23T02:00:00Z"), user()))
        .then_refused("HANDSET_UNKNOWN");
    for by in [manager(), advisor(), integration()] {
        of_a_handset().when(declare_theft(named(OTHER_IMEI), by)).then(&["theft_declared"]);
    }
    for by in [stranger(), clerk()] {
        of_a_handset()
            .when(declare_theft(report("2026-11-23T02:00:00Z"), by))
            .then_refused("PERMISSION_DENIED");
    }
}

#[test]
fn a_handset_declared_stolen_twice_is_one_declaration_with_one_deadline() {
    let story = of_a_theft();
    let first = only_declaration(&story);
    let again = TheftReport { zone: Zone::Reunion, ..report("2026-11-22T02:00:00Z") };
    let story = story.after(DAY).when(declare_theft(again, manager())).then_joins(first.declaration_id);
    let story = story.given(blocked(first.declaration_id));
    let story = story.when(declare_theft(report("2026-11-23T02:00:00Z"), user()));
    let story = story.then_joins(first.declaration_id);
    assert_eq!(only_declaration(&story).due_at, first.due_at);
}

#[test]
fn two_handsets_of_one_line_are_two_declarations() {
    let other = TheftReport { imei: Some(imei(OTHER_IMEI)), ..report("2026-11-20T02:00:00Z") };
    let story = of_a_theft().given(declare_theft(other, manager()));
    assert_eq!(story.line().declarations().len(), 2);
    assert_eq!(next_due(&story.line), Some(at("2026-11-27T00:00:00+01:00")), "the earlier one first");
    let story = story.when(recovered(None, "2026-11-23T02:30:00Z", stepped_up(manager())));
    story.then_refused("INVALID_ARGUMENT");
}

#[test]
fn the_police_took_it_down_in_the_past_year() {
    for refused in ["2026-11-23T03:00:00.000001Z", "2027-11-23T03:00:00Z", "2025-11-23T02:59:59Z"] {
        of_a_handset().when(declare_theft(report(refused), user())).then_refused("BAD_PERIOD");
    }
    for good in ["2026-11-23T03:00:00Z", "2025-11-23T03:00:00Z"] {
        of_a_handset().when(declare_theft(report(good), user())).then(&["theft_declared"]);
    }
}

#[test]
fn an_old_declaration_is_counted_from_its_receipt() {
    let story = of_a_handset().given(declare_theft(report("2026-10-01T10:00:00Z"), user()));
    let declaration = only_declaration(&story);
    assert_eq!(declaration.counted_from, declaration.received_at);
    assert_eq!(declaration.due_at, at("2026-11-28T00:00:00+01:00"));
}

#[test]
fn calendar_and_time_zone_are_those_of_the_contract() {
    // Counted are 17, 21, 22 and 23 December: the 20th is a holiday in Réunion, and days end three hours before Paris'.
    let there = TheftReport {
        zone: Zone::Reunion,
        time_zone: TimeZone::of(Zone::Reunion),
        ..report("2027-12-16T10:00:00Z")
    };
    let story = of_a_handset().after(DAY * 390).given(declare_theft(there, user()));
    assert_eq!(only_declaration(&story).due_at, at("2027-12-24T00:00:00+04:00"));
}

#[test]
fn a_line_has_no_more_stolen_handsets_than_there_is_room_for() {
    let mut story = Story::of_a_line();
    for number in 0..8 {
        let imei = Imei::parse(&format!("490154203237{number:02}")).unwrap();
        let report = TheftReport { imei: Some(imei), ..report("2026-11-23T02:00:00Z") };
        story = story.given(declare_theft(report, manager()));
    }
    let ninth = TheftReport { imei: Some(imei(IMEI)), ..report("2026-11-23T02:00:00Z") };
    story.when(declare_theft(ninth, manager())).then_refused("TOO_MANY_DECLARATIONS");
}

#[test]
fn a_read_back_of_the_list_ends_the_waiting() {
    let story = of_a_theft();
    let declaration = only_declaration(&story);
    let story = story.after(DAY).when(blocked(declaration.declaration_id)).then(&["handset_blocked"]);
    let [Fact::HandsetBlocked(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!((fact.due_at, fact.evidence), (declaration.due_at, BlockEvidence::ReadBack));
    assert_eq!(
        only_declaration(&story).blocked_at,
        Some(story.events.last().unwrap().1),
        "T1 is when it was recorded"
    );
    assert_eq!(next_due(&story.line), None);
    let story = story.when(blocked(declaration.declaration_id)).then_joins(declaration.declaration_id);
    story.after(DAY * 9).when(Command::Wake { due: declaration.due_at }).then(&[]);
}

#[test]
fn a_handset_that_is_not_blocked_in_time_raises_one_alert_and_stays_late() {
    let story = of_a_theft();
    let Declaration { declaration_id, due_at, .. } = only_declaration(&story);
    let story = story.when(Command::Wake { due: at("2026-11-27T23:59:59+01:00") }).then(&[]);
    let story = story.when(Command::Wake { due: due_at }).then(&["handset_block_overdue"]);
    let [Fact::HandsetBlockOverdue(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!((fact.declaration_id, fact.due_at), (declaration_id, due_at));
    assert_eq!(fact.runbook, "deploy/runbooks/handset-not-blocked.md");
    assert_eq!(next_due(&story.line), None, "once");
    let story = story.when(Command::Wake { due: due_at }).then(&[]);
    let story = story.after(DAY * 6).given(blocked(declaration_id)).then(&["handset_blocked"]);
    assert!(only_declaration(&story).overdue, "late stays late");
}

#[test]
fn the_timer_of_an_act_and_that_of_a_handset_each_fire_once() {
    let story = of_a_theft().given(suspend(Reason::Theft, user()));
    let act_due = next_due(&story.line).unwrap();
    let story = story.after(Duration::from_secs(60)).when(Command::Wake { due: act_due });
    let story = story.then(&["confirmation_overdue"]);
    let due_at = only_declaration(&story).due_at;
    assert_eq!(next_due(&story.line), Some(due_at));
    let story = story.when(Command::Wake { due: due_at }).then(&["handset_block_overdue"]);
    assert_eq!(next_due(&story.line), None);
}

#[test]
fn both_timers_at_once_raise_both_alerts() {
    let story = of_a_theft().given(suspend(Reason::Theft, user()));
    let due = only_declaration(&story).due_at;
    story.when(Command::Wake { due }).then(&["confirmation_overdue", "handset_block_overdue"]);
}

#[test]
fn a_manager_with_step_up_or_an_advisor_on_an_attestation_declares_a_handset_recovered() {
    let when = "2026-11-23T02:30:00Z";
    let by = |by: Authority, attested_by: Option<&str>| Command::DeclareRecovered {
        declaration_id: None,
        recovered_at: at(when),
        attested_by: attested_by.map(str::to_owned),
        by,
        on_behalf: None,
    };
    of_a_theft().when(by(manager(), None)).then_refused("STEP_UP_REQUIRED");
    of_a_theft().when(by(stepped_up(advisor()), None)).then_refused("PERMISSION_DENIED");
    of_a_theft().when(by(stepped_up(advisor()), Some(" "))).then_refused("PERMISSION_DENIED");
    of_a_theft().when(by(from_this_line(stepped_up(manager())), None)).then_refused("PERMISSION_DENIED");
    for denied in [user(), stranger(), clerk(), integration()] {
        of_a_theft().when(by(stepped_up(denied), Some("paul.martin"))).then_refused("PERMISSION_DENIED");
    }
    of_a_theft().when(by(stepped_up(advisor()), Some("commissariat"))).then(&["handset_recovered"]);
    let story = of_a_theft().when(by(stepped_up(manager()), None)).then(&["handset_recovered"]);
    let [Fact::HandsetRecovered(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!(fact.attested_by.known().map(String::as_str), Some("paul.martin"));
    assert_eq!(next_due(&story.line), None, "nobody need block it any more");
}

#[test]
fn a_handset_is_recovered_after_the_theft_and_not_tomorrow() {
    for refused in ["2026-11-23T01:59:59Z", "2026-11-23T03:00:01Z"] {
        of_a_theft().when(recovered(None, refused, stepped_up(manager()))).then_refused("BAD_PERIOD");
    }
    let nothing = recovered(None, "2026-11-23T02:30:00Z", stepped_up(manager()));
    of_a_handset().when(nothing.clone()).then_refused("THEFT_NOT_DECLARED");
    let unknown = recovered(Some(uuid::Uuid::from_u128(7)), "2026-11-23T02:30:00Z", stepped_up(manager()));
    of_a_theft().when(unknown).then_refused("THEFT_NOT_DECLARED");
}

#[test]
fn a_recovered_handset_goes_off_the_list_or_stays_for_another_declaration() {
    for (is_kept, event, state) in [
        (false, "handset_unblocked", HandsetState::Unblocked),
        (true, "handset_block_kept", HandsetState::KeptBlocked),
    ] {
        let story = of_a_theft();
        let id = only_declaration(&story).declaration_id;
        let story = story.given(blocked(id));
        let story = story.when(released(id, is_kept)).then_joins(id);
        let story = story.given(recovered(None, "2026-11-23T02:30:00Z", stepped_up(manager())));
        let again = recovered(Some(id), "2026-11-23T02:40:00Z", stepped_up(manager()));
        let story = story.when(again).then_joins(id);
        let story = story.when(blocked(id)).then_joins(id);
        let story = story.when(released(id, is_kept)).then(&[event]);
        assert_eq!(only_declaration(&story).state, state);
        assert!(story.events.last().unwrap().0.line.stolen_handsets.is_empty());
        story.when(released(id, !is_kept)).then_joins(id);
    }
}

#[test]
fn a_recovery_lifts_no_reason_and_needs_none() {
    let story = of_a_theft().given(suspend(Reason::Theft, user())).confirmed();
    let story = story.given(recovered(None, "2026-11-23T02:30:00Z", stepped_up(manager())));
    story.then_line_is(&[Reason::Theft], TargetName::Barred);
}

#[test]
fn a_handset_may_be_stolen_again() {
    let story = of_a_theft();
    let first = only_declaration(&story).declaration_id;
    let story = story.given(recovered(None, "2026-11-23T02:30:00Z", stepped_up(manager())));
    let story = story.given(declare_theft(report("2026-11-23T02:45:00Z"), user())).then(&["theft_declared"]);
    let second = story.act();
    assert_ne!(first, second);
    let story = story.given(released(first, true)).then(&["handset_block_kept"]);
    story.when(blocked(second)).then(&["handset_blocked"]);
}

#[test]
fn an_ended_line_s_handset_is_still_blocked_and_recovered() {
    let story = of_a_theft().given(terminate(stepped_up(manager()))).confirmed();
    let Declaration { declaration_id, due_at, .. } = only_declaration(&story);
    assert_eq!(next_due(&story.line), Some(due_at));
    let story = story.given(blocked(declaration_id));
    story.when(recovered(None, "2026-11-23T02:30:00Z", stepped_up(manager()))).then(&["handset_recovered"]);
    let story = of_a_handset().given(terminate(stepped_up(manager()))).confirmed();
    story.when(declare_theft(report("2026-11-23T02:00:00Z"), user())).then(&["theft_declared"]);
}

#[test]
fn declarations_that_are_over_are_forgotten_in_the_end_and_others_never() {
    let mut story = of_a_theft();
    let standing = only_declaration(&story).declaration_id;
    for _ in 0..20 {
        let other = TheftReport { imei: Some(imei(OTHER_IMEI)), ..report("2026-11-23T02:00:00Z") };
        story = story.given(declare_theft(other, manager()));
        let id = story.act();
        story = story.given(recovered(Some(id), "2026-11-23T02:30:00Z", stepped_up(manager())));
        story = story.given(released(id, false));
    }
    let line = story.line();
    assert!(line.declaration(standing).is_some());
    assert!(line.declarations().len() <= 10, "{}", line.declarations().len());
}
