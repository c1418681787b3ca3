use std::time::Duration;

use super::*;
use crate::domain::*;

fn recovered(story: &Story) -> HandsetRecovery {
    HandsetRecovery { attested_by: "paul.martin".to_owned(), recovered_at: story.now() }
}

fn reinstate_recovered(by: Authority, recovery: HandsetRecovery) -> Command {
    Command::Reinstate { reason: Reason::Theft, by, on_behalf: None, handset_recovery: Some(recovery) }
}

#[test]
fn loss_is_lifted_by_the_user_or_a_manager_with_step_up() {
    let lost = || Story::of_a_line().given(suspend(Reason::Loss, user())).confirmed();
    for by in [user(), manager()] {
        lost().when(reinstate(Reason::Loss, by.clone())).then_refused("STEP_UP_REQUIRED");
        lost()
            .when(reinstate(Reason::Loss, stepped_up(by)))
            .then(&["reinstatement_requested", "second_contact_notice_due"])
            .then_line_is(&[], TargetName::Open);
    }
    for by in [stranger(), advisor(), clerk()] {
        lost().when(reinstate(Reason::Loss, stepped_up(by))).then_refused("PERMISSION_DENIED");
    }
}

#[test]
fn the_lost_phone_never_opens_its_own_line() {
    for reason in [Reason::Loss, Reason::Theft] {
        let story = Story::of_a_line().given(suspend(reason, user()));
        let by = from_this_line(stepped_up(Authority { is_line_user: true, ..manager() }));
        story.when(reinstate(reason, by)).then_refused("PERMISSION_DENIED");
    }
}

#[test]
fn theft_is_lifted_by_a_manager_only() {
    let stolen = || Story::of_a_line().given(suspend(Reason::Theft, user())).confirmed();
    for by in [user(), stranger(), advisor(), clerk()] {
        let recovery = recovered(&stolen());
        stolen().when(reinstate_recovered(stepped_up(by), recovery)).then_refused("PERMISSION_DENIED");
    }
    let recovery = recovered(&stolen());
    stolen().when(reinstate_recovered(manager(), recovery.clone())).then_refused("STEP_UP_REQUIRED");
    stolen()
        .when(reinstate_recovered(stepped_up(manager()), recovery))
        .then(&["reinstatement_requested", "second_contact_notice_due"]);
}

#[test]
fn after_theft_a_new_sim_or_the_attested_recovery_is_needed() {
    let stolen = || Story::of_a_line().given(suspend(Reason::Theft, user())).confirmed();
    let lift = || reinstate(Reason::Theft, stepped_up(manager()));
    stolen().when(lift()).then_refused("HANDSET_RECOVERY_REQUIRED");

    let story = stolen().given(replace_sim(new_sim(), stepped_up(manager())));
    let story = story.when(lift()).then_refused("HANDSET_RECOVERY_REQUIRED"); // not confirmed yet
    let story = story.confirmed().then_line_is(&[Reason::Theft], TargetName::Barred);
    story.when(lift()).then(&["reinstatement_requested", "second_contact_notice_due"]);
}

#[test]
fn a_sim_that_was_asked_for_before_the_theft_may_be_in_the_stolen_phone() {
    Story::of_a_line()
        .given(replace_sim(new_sim(), stepped_up(manager())))
        .given(suspend(Reason::Theft, user()))
        .confirmed()
        .when(reinstate(Reason::Theft, stepped_up(manager())))
        .then_refused("HANDSET_RECOVERY_REQUIRED");
}

#[test]
fn a_new_sim_answers_one_theft_only() {
    Story::of_a_line()
        .given(suspend(Reason::Theft, user()))
        .given(replace_sim(new_sim(), stepped_up(manager())))
        .confirmed()
        .given(reinstate(Reason::Theft, stepped_up(manager())))
        .confirmed()
        .given(suspend(Reason::Theft, user()))
        .when(reinstate(Reason::Theft, stepped_up(manager())))
        .then_refused("HANDSET_RECOVERY_REQUIRED");
}

#[test]
fn a_recovery_that_nobody_attests_or_that_cannot_be_is_none() {
    let stolen = || Story::of_a_line().after(Duration::from_hours(1)).given(suspend(Reason::Theft, user()));
    let good = recovered(&stolen());
    for bad in [
        HandsetRecovery { attested_by: " ".to_owned(), ..good.clone() },
        HandsetRecovery { recovered_at: good.recovered_at.plus(Duration::from_mins(1)), ..good.clone() },
        HandsetRecovery { recovered_at: good.recovered_at.minus(Duration::from_mins(1)), ..good.clone() },
    ] {
        stolen()
            .when(reinstate_recovered(stepped_up(manager()), bad))
            .then_refused("HANDSET_RECOVERY_REQUIRED");
    }
    let story = stolen().when(reinstate_recovered(stepped_up(manager()), good));
    let [Fact::ReinstatementRequested(fact), _] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    let attested = fact.handset_recovery.as_ref().expect("recorded");
    assert_eq!(attested.attested_by.known().map(String::as_str), Some("paul.martin"));
}

#[test]
fn by_phone_the_advisor_steps_up_and_records_the_checks() {
    let lost = || Story::of_a_line().given(suspend(Reason::Loss, user())).confirmed();
    let asked = |by, on_behalf| Command::Reinstate {
        reason: Reason::Loss,
        by,
        on_behalf: Some(on_behalf),
        handset_recovery: None,
    };
    lost().when(asked(advisor(), by_phone(&["customer code"]))).then_refused("STEP_UP_REQUIRED");
    lost().when(asked(stepped_up(advisor()), by_phone(&[]))).then_refused("CALLER_CHECKS_REQUIRED");
    lost()
        .when(asked(stepped_up(advisor()), by_phone(&["customer code"])))
        .then(&["reinstatement_requested", "second_contact_notice_due"]);
    let neighbour = OnBehalf { person: "luc.petit".to_owned(), ..by_phone(&["customer code"]) };
    lost().when(asked(stepped_up(advisor()), neighbour)).then_refused("PERMISSION_DENIED");
}

#[test]
fn theft_is_lifted_by_phone_only_for_a_manager() {
    let stolen = || Story::of_a_line().given(suspend(Reason::Theft, user()));
    let recovery = Some(recovered(&stolen()));
    let asked = |on_behalf| Command::Reinstate {
        reason: Reason::Theft,
        by: stepped_up(advisor()),
        on_behalf: Some(on_behalf),
        handset_recovery: recovery.clone(),
    };
    stolen().when(asked(by_phone(&["customer code"]))).then_refused("PERMISSION_DENIED");
    stolen()
        .when(asked(by_phone_for_manager(&["customer code"])))
        .then(&["reinstatement_requested", "second_contact_notice_due"]);
}

#[test]
fn other_unpaid_and_freeze_are_lifted_by_those_who_set_them_and_nobody_is_told() {
    for (reason, by) in
        [(Reason::Other, manager()), (Reason::Unpaid, clerk()), (Reason::CommercialFreeze, advisor())]
    {
        let suspended = || Story::of_a_line().given(suspend(reason, by.clone())).confirmed();
        suspended().when(reinstate(reason, by.clone())).then(&["reinstatement_requested"]);
        for other in [user(), manager(), advisor(), clerk()].into_iter().filter(|other| *other != by) {
            suspended().when(reinstate(reason, stepped_up(other))).then_refused("PERMISSION_DENIED");
        }
    }
    let asked = |by| Command::Reinstate {
        reason: Reason::Other,
        by,
        on_behalf: Some(by_phone_for_manager(&["customer code"])),
        handset_recovery: None,
    };
    let suspended = || Story::of_a_line().given(suspend(Reason::Other, manager()));
    suspended().when(asked(advisor())).then_refused("STEP_UP_REQUIRED");
    suspended().when(asked(stepped_up(advisor()))).then(&["reinstatement_requested"]);
}

#[test]
fn theft_and_unpaid_paying_does_not_bring_a_stolen_phone_back() {
    let story = Story::of_a_line()
        .given(suspend(Reason::Unpaid, clerk()))
        .given(suspend(Reason::Theft, user()))
        .confirmed();
    let sequence = story.sequence();
    let story = story
        .when(reinstate(Reason::Unpaid, clerk()))
        .then(&["suspension_reason_lifted"])
        .then_line_is(&[Reason::Theft], TargetName::Barred);
    assert_eq!(story.act_state(story.act()), ActState::Recorded);
    assert_eq!(story.sequence(), sequence, "nothing is asked of the register");
    assert!(!story.line().is_unconfirmed());
    assert_eq!(story.line().evidence(), Evidence::DetachRequested, "still known to be barred");
    assert_eq!(next_due(&story.line), None);
}

#[test]
fn lifting_loss_while_unpaid_remains_still_tells_the_second_contact() {
    Story::of_a_line()
        .given(suspend(Reason::Loss, user()))
        .given(suspend(Reason::Unpaid, clerk()))
        .when(reinstate(Reason::Loss, stepped_up(user())))
        .then(&["suspension_reason_lifted", "second_contact_notice_due"])
        .then_line_is(&[Reason::Unpaid], TargetName::Barred);
}

#[test]
fn a_reason_that_is_not_set_cannot_be_lifted() {
    Story::of_a_line().when(reinstate(Reason::Loss, stepped_up(user()))).then_refused("REASON_NOT_SET");
    Story::of_a_line()
        .given(suspend(Reason::Theft, user()))
        .when(reinstate(Reason::Loss, stepped_up(user())))
        .then_refused("REASON_NOT_SET");
}

#[test]
fn reinstating_twice_joins_while_it_is_the_latest_act_and_not_later() {
    let story = Story::of_a_line().given(suspend(Reason::Loss, user())).confirmed();
    let story = story.given(reinstate(Reason::Loss, stepped_up(user())));
    let act = story.act();
    let story = story.when(reinstate(Reason::Loss, stepped_up(manager()))).then_joins(act);
    let story = story.confirmed().when(reinstate(Reason::Loss, stepped_up(user()))).then_joins(act);
    story
        .given(suspend(Reason::Theft, user()))
        .when(reinstate(Reason::Loss, stepped_up(user())))
        .then_refused("REASON_NOT_SET");
}

#[test]
fn reinstating_supersedes_a_suspension_that_the_register_has_not_confirmed() {
    let story = Story::of_a_line().given(suspend(Reason::Loss, user()));
    let suspension = story.act();
    let story = story.given(reinstate(Reason::Loss, stepped_up(user())));
    let [Fact::ReinstatementRequested(fact), _] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!(fact.asked.supersedes, [suspension]);
    assert_eq!(story.act_state(suspension), ActState::Superseded);
}

#[test]
fn a_suspension_whose_reason_is_lifted_before_its_confirmation_is_superseded_though_the_line_stays_barred() {
    let story = Story::of_a_line().given(suspend(Reason::Unpaid, clerk())).confirmed();
    let story = story.given(suspend(Reason::Loss, user()));
    let loss = story.act();
    let story = story.given(reinstate(Reason::Loss, stepped_up(user())));
    assert_eq!(story.act_state(loss), ActState::Superseded);
    assert!(story.line().is_unconfirmed(), "its intent is still to be read back");
    assert_eq!(next_due(&story.line), None, "but nobody is alarmed for it");
    let story = story.confirmed().then(&["suspension_confirmed"]);
    let [Fact::SuspensionConfirmed(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!(fact.acts, []);
}

#[test]
fn lifting_the_last_of_two_unconfirmed_reasons_opens_the_line() {
    Story::of_a_line()
        .given(suspend(Reason::Unpaid, clerk()))
        .given(suspend(Reason::Loss, user()))
        .given(reinstate(Reason::Unpaid, clerk()))
        .given(reinstate(Reason::Loss, stepped_up(user())))
        .then_line_is(&[], TargetName::Open)
        .confirmed()
        .then(&["reinstatement_confirmed"]);
}
