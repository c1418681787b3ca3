use std::time::Duration;

use super::office::*;
use crate::domain::account::{Command, Fact, Gap, GapCause, GapEnd};

/// The gap that is on record of the company beside the group.
fn gap(office: &Office) -> Option<&Gap> {
    office.own(ALONE).gap()
}

fn cause(office: &Office) -> Option<GapCause> {
    gap(office).map(|gap| gap.cause)
}

/// An office in which the first staff member manages the company beside the group, and the second the group.
fn managed() -> Office {
    let mut office = Office::open();
    office.assign(ALONE, 0, 0).unwrap();
    office.assign(GROUP, 1, 0).unwrap();
    office.look_at_all();
    office
}

#[test]
fn between_its_registration_and_its_first_manager_a_company_has_nobody() {
    let mut office = Office::open();
    let registered_at = office.own(ALONE).counts_from();
    office.pass(2);
    office.look_at_all();
    assert_eq!(gap(&office).map(|gap| (gap.since, gap.cause)), Some((registered_at, GapCause::NoManager)));
    assert_eq!(office.own(GROUP).gap(), None, "a group is not counted");
    office.assign(ALONE, 0, -1).unwrap();
    office.look(ALONE);
    let closed = office.told(ALONE, "gap_closed");
    let [Fact::ManagerGapClosed(closed)] = closed[..] else { panic!("{closed:?}") };
    assert_eq!(closed.until, office.now, "what is recorded for the past fills no gap");
    assert_eq!((closed.end, closed.staff_id), (GapEnd::Served, Some(staff_id(0))));
}

#[test]
fn the_manager_of_the_group_serves_its_companies() {
    let mut office = managed();
    assert_eq!((office.own(COMPANY).gap(), gap(&office)), (None, None));
    office.end(GROUP).unwrap();
    office.look_at_all();
    assert_eq!(office.own(COMPANY).gap().map(|gap| gap.cause), Some(GapCause::NoManager));
    office.account(COMPANY, Command::Move { above: None, effective_from: None }).unwrap();
    office.assign(COMPANY, 2, 0).unwrap();
    office.look_at_all();
    assert_eq!(office.own(COMPANY).gap(), None);
}

#[test]
fn a_manager_who_leaves_without_a_deputy_leaves_a_gap_from_that_instant_on() {
    let mut office = managed();
    let leaves_at = office.hours(30);
    office.leave(0, 30, None).unwrap();
    office.look_at_all();
    assert_eq!(gap(&office), None, "not yet");
    office.pass(50);
    office.look_at_all();
    let open = gap(&office).unwrap();
    assert_eq!((open.since, open.cause, open.staff_id), (leaves_at, GapCause::Left, Some(staff_id(0))));
    office.assign(ALONE, 2, 0).unwrap();
    office.look(ALONE);
    assert_eq!(gap(&office), None);
}

#[test]
fn a_leaving_that_is_recorded_late_was_a_gap_since_then() {
    let mut office = managed();
    office.pass(100);
    let left_at = office.hours(-40);
    office.leave(0, -40, None).unwrap();
    office.look(ALONE);
    assert_eq!(gap(&office).map(|gap| gap.since), Some(left_at));
}

#[test]
fn the_deputy_of_one_who_left_steps_in_everywhere_and_for_good() {
    let mut office = managed();
    office.leave(1, 30, Some(2)).unwrap();
    office.pass(31);
    office.look_at_all();
    assert_eq!(office.told(GROUP, "cover_began").len(), 1);
    assert_eq!(office.told(COMPANY, "cover_began").len(), 0, "it inherits the group's");
    assert_eq!(office.own(COMPANY).gap(), None);
    office.look_at_all();
    assert_eq!(office.told(GROUP, "cover_began").len(), 1, "once");
}

#[test]
fn whoever_covers_steps_in_and_back() {
    let mut office = managed();
    let absence = office.away(0, (10, 200), Some(2)).unwrap();
    office.look(ALONE);
    assert_eq!(office.told(ALONE, "cover").len(), 0, "not yet");
    office.pass(11);
    office.look(ALONE);
    assert_eq!(office.told(ALONE, "cover_began").len(), 1);
    assert_eq!(gap(&office), None);
    let back_at = office.hours(1);
    office.now = back_at.minus(Duration::from_secs(1));
    office.member(0, crate::domain::staff::Command::CancelAbsence { absence_id: absence }).unwrap();
    office.pass(3);
    office.look(ALONE);
    let ended = office.told(ALONE, "cover_ended");
    let [Fact::ManagerCoverEnded(ended)] = ended[..] else { panic!("{ended:?}") };
    assert_eq!(
        ended.cover.effective_until,
        Some(back_at),
        "when the absence ended, not when somebody looked"
    );
}

#[test]
fn an_absence_without_a_cover_is_a_gap_and_so_is_one_whose_cover_falls_ill() {
    let mut office = managed();
    office.away(0, (10, 50), None).unwrap();
    office.pass(20);
    office.look(ALONE);
    assert_eq!(cause(&office), Some(GapCause::AwayWithoutCover));
    office.pass(40);
    office.look(ALONE);
    assert_eq!(gap(&office), None);

    office.away(0, (10, 50), Some(2)).unwrap();
    office.pass(20);
    office.look(ALONE);
    assert_eq!(gap(&office), None);
    office.away(2, (0, 5), None).unwrap();
    office.look(ALONE);
    assert_eq!(cause(&office), Some(GapCause::AwayWithoutCover));
    office.pass(6);
    office.look(ALONE);
    assert_eq!(gap(&office), None);
    assert_eq!(office.told(ALONE, "cover_began").len(), 1, "the customer is told of one cover");
}

#[test]
fn a_training_that_ends_in_the_middle_of_an_assignment_is_a_gap_until_it_is_renewed() {
    let mut office = managed();
    let until = office.colleague(0).trained_until("account-manager", office.now, office.now).unwrap();
    office.pass(24 * 366);
    office.look(ALONE);
    assert_eq!(gap(&office).map(|gap| (gap.since, gap.cause)), Some((until, GapCause::Untrained)));
    office.train(0, 0, 24 * 365).unwrap();
    office.look(ALONE);
    assert_eq!(gap(&office), None);
}

#[test]
fn a_gap_that_nobody_saw_is_found_afterwards() {
    let mut office = managed();
    office.end(ALONE).unwrap();
    let opened = office.now;
    office.pass(24 * 20);
    office.assign(ALONE, 2, 0).unwrap();
    let closed = office.now;
    office.pass(24 * 20);
    office.look(ALONE);
    let told = office.told(ALONE, "gap_closed");
    let [.., Fact::ManagerGapClosed(last)] = told[..] else { panic!("{told:?}") };
    assert_eq!((last.since, last.until), (opened, closed));
    assert_eq!(office.told(ALONE, "gap_overdue").len(), 1);
}

#[test]
fn a_company_that_is_no_customer_any_more_has_no_gap() {
    let mut office = managed();
    office.end(ALONE).unwrap();
    office.look(ALONE);
    office.account(ALONE, Command::Close { effective_from: None, is_needed_below: false }).unwrap();
    office.look(ALONE);
    let closed = office.told(ALONE, "gap_closed");
    let [.., Fact::ManagerGapClosed(closed)] = closed[..] else { panic!("{closed:?}") };
    assert_eq!((closed.end, closed.staff_id), (GapEnd::AccountEnded, None));
}

#[test]
fn what_was_seen_before_a_change_is_not_written_after_it() {
    let mut office = managed();
    office.end(ALONE).unwrap();
    let stale = office.scene(ALONE).record(office.now).unwrap();
    office.assign(ALONE, 2, 0).unwrap();
    let refused = office.account(ALONE, stale).unwrap_err();
    assert_eq!(refused.reason(), "CONFLICT");
}
