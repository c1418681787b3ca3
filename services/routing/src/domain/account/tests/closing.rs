use super::*;
use crate::domain::Moment;
use crate::domain::account::*;

fn close(on: Option<i64>) -> Command {
    Command::Close { effective_from: on.map(day), is_needed_below: false }
}

#[test]
fn an_end_that_is_planned_may_be_moved_and_one_that_has_come_is_final() {
    let story = Story::of_a_company().when(close(Some(10))).then(&["account_closed"]);
    let story = story.when(close(Some(10))).then(&[]);
    let story = story.when(close(Some(8))).then(&["account_closed"]);
    assert!(!story.account().is_closed(Moment::at(day(7))));
    let story = story.after_days(9);
    assert_eq!(story.count("planned_change_took_effect"), 1);
    let story = story.when(close(Some(20))).then_refused("ENDED");
    let story = story.when(close(Some(8))).then(&[]);
    story.when(close(None)).then_refused("ENDED");
}

#[test]
fn it_does_not_end_while_something_below_needs_it() {
    let needed = Command::Close { effective_from: None, is_needed_below: true };
    Story::of_a_company().when(needed).then_refused("STILL_IN_USE");
}

#[test]
fn it_does_not_end_before_it_began() {
    Story::of_a_company().when(close(Some(-101))).then_refused("BAD_PERIOD");
}

#[test]
fn an_account_that_ended_has_no_contact_from_then_on() {
    let story = Story::of_a_company().given(assign(1, -10, None, None)).given(close(Some(-5)));
    assert_eq!((story.manager_on(-6), story.manager_on(-5)), (Some(manager_id(1)), None));
    story.when(assign(2, 0, None, None)).then_refused("ENDED");
}
