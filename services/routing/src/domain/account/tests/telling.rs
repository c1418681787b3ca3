//! Customers are told of every change of their manager, and it is said of each of which they were not.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::story::at;
use super::*;
use crate::domain::account::*;

const NOTICE: Uuid = Uuid::from_u128(0x7071ce);
const POINT: Uuid = Uuid::from_u128(0x9017);

fn told(change_id: Uuid, told_at: Timestamp) -> Command {
    Command::RecordTold { told: Told::ManagerChange { change_id }, notice_id: NOTICE, told_at }
}

fn point(point_version: u32) -> Command {
    let told = Told::ContactPoint { contact_point_id: POINT, point_version, valid_from: day(1) };
    Command::RecordTold { told, notice_id: NOTICE, told_at: day(0) }
}

fn managed() -> (Story, Uuid) {
    let story = Story::of_a_company().given(assign(1, 0, None, None));
    let change_id = story.act();
    (story, change_id)
}

#[test]
fn a_change_is_told_within_two_working_days_after_it_takes_effect() {
    let (story, change_id) = managed();
    assert_eq!(story.account().announcement(change_id).tell_by, Some(at("2026-11-26T00:00:00+01:00")));
    let story = story.given(assign(2, 10, None, Some(change_id)));
    // Day 10 is a Thursday.
    let next = story.act();
    assert_eq!(story.account().announcement(next).tell_by, Some(at("2026-12-08T00:00:00+01:00")));
}

#[test]
fn a_change_of_which_nobody_was_told_is_said_once() {
    let (story, _) = managed();
    let story = story.after_days(2);
    assert_eq!(story.count("manager_change_not_told"), 0);
    assert_eq!(story.after_days(30).count("manager_change_not_told"), 1);
}

#[test]
fn one_who_was_told_in_time_was_told_once_and_for_all() {
    let (story, change_id) = managed();
    let story = story.when(told(change_id, day(0))).then(&["manager_change_told"]);
    let announced = story.account().announcement(change_id);
    assert_eq!((announced.told_at, announced.notice_id), (Some(day(0)), Some(NOTICE)));
    let story = story.after_days(1).when(told(change_id, day(1))).then(&[]).after_days(30);
    assert_eq!(story.account().announcement(change_id), announced, "the first proof counts");
    assert_eq!(story.count("manager_change_not_told"), 0);
}

#[test]
fn a_proof_that_comes_late_is_taken_all_the_same() {
    let (story, change_id) = managed();
    let story = story.after_days(10).when(told(change_id, day(1)));
    let story = story.then(&["manager_change_told"]);
    assert_eq!(story.account().announcement(change_id).told_at, Some(day(1)));
}

#[test]
fn what_never_held_or_is_over_needs_no_telling() {
    let story = Story::of_a_company().given(assign(1, 5, None, None));
    let change_id = story.act();
    let story = story.given(end(change_id, 5)).given(assign(2, -50, Some(-20), None)).after_days(60);
    assert_eq!(story.count("manager_change_not_told"), 0);
}

#[test]
fn of_what_is_no_change_of_this_account_nobody_was_told() {
    let (story, change_id) = managed();
    let story = story.when(told(Uuid::from_u128(1), day(0))).then_refused("ASSIGNMENT_NOT_FOUND");
    story.when(told(change_id, day(1))).then_refused("BAD_PERIOD");
}

#[test]
fn each_version_of_a_contact_point_is_told_once() {
    let story = Story::of_a_company().when(point(1)).then(&["contact_point_told"]).when(point(1)).then(&[]);
    let story = story.when(point(2)).then(&["contact_point_told"]);
    assert_eq!(story.account().point_told_at(POINT, 2), Some(day(0)));
    assert_eq!(story.account().point_told_at(POINT, 3), None);
}
