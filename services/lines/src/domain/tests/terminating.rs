use std::time::Duration;

use super::*;
use crate::domain::*;

#[test]
fn a_manager_with_step_up_ends_a_line() {
    Story::of_a_line().when(terminate(manager())).then_refused("STEP_UP_REQUIRED");
    for by in [user(), advisor(), clerk()] {
        Story::of_a_line().when(terminate(stepped_up(by))).then_refused("PERMISSION_DENIED");
    }
    let by_advisor = |on_behalf| Command::Terminate { by: stepped_up(advisor()), on_behalf: Some(on_behalf) };
    Story::of_a_line().when(by_advisor(by_phone(&["customer code"]))).then_refused("PERMISSION_DENIED");
    Story::of_a_line()
        .when(by_advisor(by_phone_for_manager(&["customer code"])))
        .then(&["termination_requested"])
        .then_line_is(&[], TargetName::Terminated);
}

#[test]
fn the_number_is_in_quarantine_for_90_days_from_the_confirmation() {
    let story = Story::of_a_line().given(terminate(stepped_up(manager()))).confirmed();
    let [Fact::TerminationConfirmed(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!(fact.number_quarantined_until, story.now().plus(Duration::from_hours(90 * 24)));
    assert!(!fact.confirmed.cs && !fact.confirmed.ps, "an ended line is barred");
}

#[test]
fn a_terminated_line_takes_no_command() {
    for confirmed in [false, true] {
        let ended = || {
            let story = Story::of_a_line().given(suspend(Reason::Loss, user()));
            let loss = story.act();
            let story = story.given(terminate(stepped_up(manager())));
            (if confirmed { story.confirmed() } else { story }, loss)
        };
        for command in [
            suspend(Reason::Theft, user()),
            suspend(Reason::Loss, user()),
            reinstate(Reason::Loss, stepped_up(user())),
            replace_sim(new_sim(), stepped_up(manager())),
            terminate(stepped_up(manager())),
            undo(ended().1, user()),
        ] {
            ended().0.when(command).then_refused("LINE_TERMINATED");
        }
        assert_eq!(ended().0.line().state(), LineState::Terminated);
    }
}

#[test]
fn a_line_does_not_end_in_the_middle_of_a_sim_replacement() {
    Story::of_a_line()
        .given(replace_sim(new_sim(), stepped_up(manager())))
        .when(terminate(stepped_up(manager())))
        .then_refused("SIM_REPLACEMENT_IN_PROGRESS");
}

#[test]
fn termination_supersedes_a_reinstatement_and_confirms_a_suspension() {
    let story = Story::of_a_line().given(suspend(Reason::Loss, user())).confirmed();
    let story = story.given(reinstate(Reason::Loss, stepped_up(user())));
    let reinstatement = story.act();
    let story = story.given(terminate(stepped_up(manager())));
    assert_eq!(story.act_state(reinstatement), ActState::Superseded);
    story.confirmed().then(&["termination_confirmed"]);

    Story::of_a_line()
        .given(suspend(Reason::Loss, user()))
        .given(terminate(stepped_up(manager())))
        .confirmed()
        .then(&["suspension_confirmed", "termination_confirmed"]);
}
