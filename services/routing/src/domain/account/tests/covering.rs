use uuid::Uuid;

use super::*;
use crate::domain::Moment;
use crate::domain::account::*;

const ABSENCE: Uuid = Uuid::from_u128(0xab5e);

fn step_in(covered: u128, by: u128, from: i64, until: Option<i64>) -> Command {
    Command::StepIn {
        cover_id: ABSENCE,
        staff_id: manager_id(covered),
        cover: Box::new(a_candidate(by)),
        cause: CoverCause::Absence,
        from: day(from),
        until: until.map(day),
    }
}

fn step_back(until: i64) -> Command {
    Command::StepBack { cover_id: ABSENCE, until: day(until) }
}

fn covered_by(story: &Story, on: i64) -> Option<Uuid> {
    holding(&[story.account()], Moment::at(day(on))).unwrap().cover_while_away
}

fn managed() -> Story {
    Story::of_a_company().given(assign(1, -20, None, None))
}

#[test]
fn a_colleague_steps_in_and_back() {
    let story = managed().when(step_in(1, 2, 5, Some(15))).then(&["manager_cover_began"]);
    assert_eq!([4, 5, 14, 15].map(|on| covered_by(&story, on).is_some()), [false, true, true, false]);
    let story = story.when(step_in(1, 2, 5, Some(15))).then(&[]);
    let story = story.when(step_back(10)).then(&["manager_cover_ended"]);
    assert_eq!([9, 10].map(|on| covered_by(&story, on).is_some()), [true, false]);
    let story = story.when(step_back(12)).then(&[]);
    let story = story.after_days(20);
    assert_eq!(story.count("planned_change_took_effect"), 2, "that it began, and that it ended");
}

#[test]
fn another_colleague_takes_over_from_the_first() {
    let story = managed().given(step_in(1, 2, 5, Some(15))).when(step_in(1, 3, 8, Some(15)));
    let story = story.then(&["manager_cover_ended", "manager_cover_began"]);
    assert_eq!([7, 8].map(|on| covered_by(&story, on)), [Some(manager_id(2)), Some(manager_id(3))]);
}

#[test]
fn nobody_steps_in_for_whoever_is_not_the_manager_then() {
    managed().when(step_in(7, 2, 5, None)).then_refused("ASSIGNMENT_NOT_FOUND");
    let story = managed();
    let first = story.act();
    story.given(end(first, 5)).when(step_in(1, 2, 5, None)).then_refused("ASSIGNMENT_NOT_FOUND");
}

#[test]
fn whoever_steps_in_may_have_accounts() {
    let untrained = Candidate { trained_until: None, ..a_candidate(2) };
    let command = Command::StepIn {
        cover_id: ABSENCE,
        staff_id: manager_id(1),
        cover: Box::new(untrained),
        cause: CoverCause::Left,
        from: day(5),
        until: None,
    };
    managed().when(command).then_refused("MANAGER_UNTRAINED");
    managed().when(step_in(1, 2, 5, Some(5))).then_refused("BAD_PERIOD");
}

#[test]
fn stepping_back_from_nothing_records_nothing() {
    managed().when(step_back(10)).then(&[]);
}
