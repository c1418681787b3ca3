use std::time::Duration;

use super::*;
use crate::domain::*;

fn lost() -> (Story, uuid::Uuid) {
    let story = Story::of_a_line().given(suspend(Reason::Loss, manager())).confirmed();
    let act = story.line().latest_act().unwrap().act_id;
    (story, act)
}

#[test]
fn the_same_person_undoes_at_once_without_step_up() {
    let (story, act) = lost();
    let story = story
        .after(Duration::from_mins(15))
        .when(undo(act, manager()))
        .then(&["reinstatement_requested", "second_contact_notice_due"])
        .then_line_is(&[], TargetName::Open);
    let [Fact::ReinstatementRequested(fact), _] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!(fact.undoes, Some(act));
}

#[test]
fn not_after_15_minutes() {
    let (story, act) = lost();
    let late = Duration::from_mins(15) + Duration::from_micros(1);
    story.after(late).when(undo(act, manager())).then_refused("UNDO_EXPIRED");
}

#[test]
fn not_another_person_and_not_with_any_role() {
    for by in [user(), stepped_up(user()), advisor(), stranger()] {
        let (story, act) = lost();
        story.when(undo(act, by)).then_refused("UNDO_NOT_ALLOWED");
    }
}

#[test]
fn never_from_the_suspended_line_itself() {
    let (story, act) = lost();
    story.when(undo(act, from_this_line(stepped_up(manager())))).then_refused("UNDO_NOT_ALLOWED");
}

#[test]
fn only_a_loss() {
    let story = Story::of_a_line().given(suspend(Reason::Theft, user()));
    let theft = story.act();
    story.when(undo(theft, user())).then_refused("UNDO_NOT_ALLOWED");

    let story = Story::of_a_line().given(suspend(Reason::Unpaid, clerk()));
    let unpaid = story.act();
    story.when(undo(unpaid, clerk())).then_refused("UNDO_NOT_ALLOWED");
}

#[test]
fn not_an_act_that_is_unknown_or_no_longer_in_force() {
    let (story, act) = lost();
    let story = story.when(undo(uuid::Uuid::from_u128(404), manager())).then_refused("UNDO_NOT_ALLOWED");
    story
        .given(reinstate(Reason::Loss, stepped_up(user())))
        .when(undo(act, manager()))
        .then_refused("UNDO_NOT_ALLOWED");
}

#[test]
fn undoing_twice_is_one_act() {
    let (story, act) = lost();
    let story = story.given(undo(act, manager()));
    let undone = story.act();
    story.when(undo(act, manager())).then_joins(undone);
}

#[test]
fn undoing_a_loss_leaves_a_theft() {
    let (story, act) = lost();
    story
        .given(suspend(Reason::Theft, user()))
        .when(undo(act, manager()))
        .then(&["suspension_reason_lifted", "second_contact_notice_due"])
        .then_line_is(&[Reason::Theft], TargetName::Barred);
}

#[test]
fn an_advisor_undoes_their_own_mistake() {
    let on_behalf = Some(by_phone(&["customer code"]));
    let story = Story::of_a_line().given(Command::Suspend { reason: Reason::Loss, by: advisor(), on_behalf });
    let act = story.act();
    story.when(undo(act, advisor())).then(&["reinstatement_requested", "second_contact_notice_due"]);
}
