//! Gaps, as they are written down: when they are due, and that each is told once.

use vigie_clock::Timestamp;

use super::story::at;
use super::*;
use crate::domain::account::*;

/// The story's company stands so from `from` on, as it was known from `known` on.
fn turn(known: Timestamp, since: Timestamp, standing: Standing) -> Turn {
    Turn { at: known, since, standing }
}

const NOBODY: Standing = Standing::Gap { cause: GapCause::NoManager, staff_id: None };

fn served() -> Standing {
    Standing::Served { staff_id: manager_id(1) }
}

fn record(story: &Story, turns: Vec<Turn>) -> Command {
    Command::RecordStanding { seen_version: story.account().version(), turns }
}

/// A company of which it is written down that nobody is there since `since`.
fn with_gap(since: Timestamp) -> Story {
    let story = Story::of_a_company();
    let turns = vec![turn(since, since, NOBODY)];
    let command = record(&story, turns);
    story.when(command)
}

fn due_of(story: &Story) -> Timestamp {
    story.account().gap().expect("a gap").due
}

#[test]
fn a_gap_is_due_at_the_end_of_the_next_working_day() {
    // A Monday.
    let story = with_gap(at("2026-11-23T08:00:00Z")).then(&["manager_gap_opened"]);
    assert_eq!(due_of(&story), at("2026-11-25T00:00:00+01:00"));
    // Friday 18 December; Monday is the next working day, and Friday 25 would be a holiday.
    assert_eq!(due_of(&with_gap(at("2026-12-18T20:00:00Z"))), at("2026-12-22T00:00:00+01:00"));
    assert_eq!(due_of(&with_gap(at("2026-12-24T09:00:00Z"))), at("2026-12-29T00:00:00+01:00"));
}

#[test]
fn working_days_are_those_of_the_place_of_the_address() {
    let alsace = NewAccount { address: Some(address("67000")), ..a_company() };
    let reunion = NewAccount { address: Some(address("97400")), ..a_company() };
    // Good Friday is a holiday in Alsace only; 20 December in Réunion only, whose day begins earlier.
    for (new, since, due) in [
        (&alsace, "2027-03-25T10:00:00Z", "2027-03-31T00:00:00+02:00"),
        (&a_company(), "2027-03-25T10:00:00Z", "2027-03-27T00:00:00+01:00"),
        (&reunion, "2027-12-17T10:00:00Z", "2027-12-22T00:00:00+04:00"),
    ] {
        let story = Story::empty().given(Command::Register(Box::new(new.clone())));
        let command = record(&story, vec![turn(at(since), at(since), NOBODY)]);
        assert_eq!(due_of(&story.given(command)), at(due), "since {since}");
    }
}

#[test]
fn a_gap_that_closes_in_time_is_never_overdue() {
    let story = with_gap(day(0));
    let command = record(&story, vec![turn(day(1), day(1), served())]);
    let story = story.when(command).then(&["manager_gap_closed"]).after_days(30);
    assert_eq!(story.count("manager_gap_overdue"), 0);
    assert_eq!(story.account().gap(), None);
}

#[test]
fn a_gap_that_lasts_is_overdue_once() {
    let story = with_gap(day(0)).after_days(1);
    assert_eq!(story.count("manager_gap_overdue"), 0);
    let story = story.after_days(30);
    assert_eq!(story.count("manager_gap_overdue"), 1);
    let command = record(&story, vec![turn(day(31), day(31), served())]);
    story.when(command).then(&["manager_gap_closed"]);
}

#[test]
fn a_gap_that_is_written_down_after_it_closed_is_told_whole() {
    let story = Story::of_a_company().without_timers(40);
    let turns =
        vec![turn(day(1), day(0), NOBODY), turn(day(10), day(10), served()), turn(day(20), day(20), NOBODY)];
    let command = record(&story, turns);
    let story = story.when(command);
    let story = story.then(&[
        "manager_gap_opened",
        "manager_gap_overdue",
        "manager_gap_closed",
        "manager_gap_opened",
    ]);
    let Fact::ManagerGapClosed(closed) = &story.last.as_ref().unwrap().events[2].fact else {
        panic!("it closed");
    };
    assert_eq!((closed.since, closed.until, closed.end), (day(0), day(10), GapEnd::Served));
    assert_eq!(closed.staff_id, Some(manager_id(1)));
    assert_eq!(story.account().turned_at(), Some(day(20)));
}

#[test]
fn what_was_computed_from_another_version_is_not_taken() {
    let story = Story::of_a_company();
    let stale = record(&story, vec![turn(day(0), day(0), NOBODY)]);
    story.given(assign(1, 0, None, None)).when(stale).then_refused("CONFLICT");
}

#[test]
fn what_is_on_record_already_leads_to_nothing() {
    let story = with_gap(day(0));
    let again = record(&story, vec![turn(day(0), day(0), NOBODY)]);
    let story = story.when(again).then(&[]);
    let out = record(&story, vec![turn(day(1), day(1), Standing::Out)]);
    let story = story.when(out).then(&["manager_gap_closed"]);
    let again = record(&story, vec![turn(day(1), day(1), Standing::Out)]);
    story.when(again).then(&[]);
}
