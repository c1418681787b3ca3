use super::*;
use crate::domain::*;

fn replace(sim: Sim) -> Command {
    replace_sim(sim, stepped_up(manager()))
}

#[test]
fn a_sim_is_replaced_for_the_user_or_a_manager_with_step_up() {
    for by in [user(), manager()] {
        Story::of_a_line().when(replace_sim(new_sim(), by.clone())).then_refused("STEP_UP_REQUIRED");
        Story::of_a_line()
            .when(replace_sim(new_sim(), stepped_up(by)))
            .then(&["sim_replacement_requested"])
            .then_line_is(&[], TargetName::SimReplaced);
    }
    for by in [stranger(), advisor(), clerk()] {
        Story::of_a_line().when(replace_sim(new_sim(), stepped_up(by))).then_refused("PERMISSION_DENIED");
    }
    let by_advisor = |on_behalf| Command::ReplaceSim {
        new_sim: new_sim(),
        by: stepped_up(advisor()),
        on_behalf: Some(on_behalf),
    };
    Story::of_a_line().when(by_advisor(by_phone(&[]))).then_refused("CALLER_CHECKS_REQUIRED");
    Story::of_a_line().when(by_advisor(by_phone(&["customer code"]))).then(&["sim_replacement_requested"]);
}

#[test]
fn a_stolen_phone_does_not_order_its_own_new_sim() {
    let by = from_this_line(stepped_up(user()));
    Story::of_a_line().when(replace_sim(new_sim(), by.clone())).then(&["sim_replacement_requested"]);
    Story::of_a_line()
        .given(suspend(Reason::Loss, manager()))
        .when(replace_sim(new_sim(), by))
        .then_refused("PERMISSION_DENIED");
}

#[test]
fn the_old_sim_is_in_use_until_the_register_shows_the_new_one() {
    let story = Story::of_a_line().given(replace(new_sim()));
    let old = a_line().sim;
    assert_eq!(story.line().imsi().known(), Some(&old.imsi));
    let target = &story.line().unconfirmed().expect("waits").target;
    assert_eq!(
        target,
        &Target::SimReplaced {
            old_imsi: old.imsi.clone(),
            new_imsi: new_sim().imsi,
            msisdn: a_line().msisdn,
            barred_after: false
        }
    );
    let story = story.confirmed().then(&["sim_replacement_confirmed"]).then_line_is(&[], TargetName::Open);
    assert_eq!(story.line().imsi().known(), Some(&new_sim().imsi));
    assert_eq!(story.line().retired_imsis().collect::<Vec<_>>(), [&old.imsi], "stays barred");
}

#[test]
fn no_reason_is_lifted_by_a_new_sim_which_comes_up_barred() {
    let story = Story::of_a_line()
        .given(suspend(Reason::Theft, user()))
        .given(suspend(Reason::Unpaid, clerk()))
        .confirmed()
        .given(replace(new_sim()));
    assert!(story.line().intent().expect("known").target.is_barred());
    story.confirmed().then_line_is(&[Reason::Theft, Reason::Unpaid], TargetName::Barred);
}

#[test]
fn another_replacement_waits_for_the_first_and_the_same_one_joins_it() {
    let story = Story::of_a_line().given(replace(new_sim()));
    let act = story.act();
    let story = story.when(replace(second_sim())).then_refused("SIM_REPLACEMENT_IN_PROGRESS");
    let story = story.when(replace(new_sim())).then_joins(act);
    let story = story.confirmed().when(replace(new_sim())).then_joins(act);
    story.when(replace(second_sim())).then(&["sim_replacement_requested"]);
}

#[test]
fn a_sim_that_the_line_has_or_had_does_not_come_back() {
    let old = a_line().sim;
    Story::of_a_line().when(replace(old.clone())).then_refused("SIM_TAKEN");
    let story = Story::of_a_line().given(replace(new_sim())).confirmed();
    let story = story.when(replace(old.clone())).then_refused("SIM_TAKEN");
    story.when(replace(Sim { iccid: old.iccid, ..second_sim() })).then_refused("SIM_TAKEN");
}

#[test]
fn a_theft_during_a_replacement_bars_the_new_sim_too() {
    let story = Story::of_a_line().given(replace(new_sim()));
    let (replacement, sequence) = (story.act(), story.sequence());
    let story =
        story.given(suspend(Reason::Theft, user())).then_line_is(&[Reason::Theft], TargetName::SimReplaced);
    let theft = story.act();
    assert_eq!(story.sequence(), sequence + 1);
    assert!(story.line().intent().expect("known").target.is_barred());
    let story = story.confirmed().then(&["sim_replacement_confirmed", "suspension_confirmed"]);
    assert_eq!(story.act_state(replacement), ActState::Confirmed);
    assert_eq!(story.act_state(theft), ActState::Confirmed);
    story.then_line_is(&[Reason::Theft], TargetName::Barred);
}
