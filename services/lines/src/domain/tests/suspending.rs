use super::*;
use crate::domain::*;

#[test]
fn loss_and_theft_are_set_by_the_user_a_manager_or_staff_on_behalf() {
    for reason in [Reason::Loss, Reason::Theft] {
        for by in [user(), manager(), from_this_line(user())] {
            Story::of_a_line()
                .when(suspend(reason, by))
                .then(&["suspension_requested"])
                .then_line_is(&[reason], TargetName::Barred);
        }
        let on_behalf = Some(by_phone(&["customer code"]));
        Story::of_a_line()
            .when(Command::Suspend { reason, by: advisor(), on_behalf })
            .then(&["suspension_requested"]);
        for by in [stranger(), advisor(), clerk()] {
            Story::of_a_line().when(suspend(reason, by)).then_refused("PERMISSION_DENIED");
        }
    }
}

#[test]
fn other_reasons_are_set_by_those_whose_business_they_are() {
    let may = [(Reason::Other, manager()), (Reason::Unpaid, clerk()), (Reason::CommercialFreeze, advisor())];
    for (reason, by) in &may {
        Story::of_a_line().when(suspend(*reason, by.clone())).then(&["suspension_requested"]);
        for other in [user(), manager(), advisor(), clerk()].iter().filter(|other| *other != by) {
            Story::of_a_line().when(suspend(*reason, other.clone())).then_refused("PERMISSION_DENIED");
        }
    }
}

#[test]
fn staff_on_behalf_record_how_the_caller_was_recognised() {
    for checks in [&[][..], &[""], &["  "]] {
        Story::of_a_line()
            .when(Command::Suspend {
                reason: Reason::Theft,
                by: advisor(),
                on_behalf: Some(by_phone(checks)),
            })
            .then_refused("CALLER_CHECKS_REQUIRED");
    }
    let story = Story::of_a_line().when(Command::Suspend {
        reason: Reason::Theft,
        by: advisor(),
        on_behalf: Some(by_phone(&["customer code"])),
    });
    let [Fact::SuspensionRequested(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!(
        (fact.asked.actor.as_str(), fact.asked.on_behalf_of.as_deref()),
        ("advisor-1", Some("marie.durand"))
    );
    let checks = fact.asked.caller_checks.as_ref().expect("recorded");
    assert_eq!(checks.known().map(Vec::as_slice), Some(&["customer code".to_owned()][..]));
    assert_eq!(checks.subject(), subject_of(story.line().account_id(), "marie.durand"));
}

#[test]
fn only_an_advisor_acts_on_behalf() {
    for by in [manager(), clerk(), user()] {
        let on_behalf = Some(by_phone(&["customer code"]));
        Story::of_a_line()
            .when(Command::Suspend { reason: Reason::Loss, by, on_behalf })
            .then_refused("PERMISSION_DENIED");
    }
}

#[test]
fn other_is_set_by_phone_only_for_a_manager() {
    let asked_for =
        |on_behalf| Command::Suspend { reason: Reason::Other, by: advisor(), on_behalf: Some(on_behalf) };
    Story::of_a_line().when(asked_for(by_phone(&["customer code"]))).then_refused("PERMISSION_DENIED");
    Story::of_a_line()
        .when(asked_for(by_phone_for_manager(&["customer code"])))
        .then(&["suspension_requested"]);
}

#[test]
fn suspending_twice_is_one_act_whoever_asks_and_whether_or_not_it_is_confirmed() {
    let story = Story::of_a_line().given(suspend(Reason::Theft, user()));
    let act = story.act();
    let story = story.when(suspend(Reason::Theft, manager())).then_joins(act).confirmed();
    story.when(suspend(Reason::Theft, user())).then_joins(act);
}

#[test]
fn a_repeat_by_somebody_who_may_not_reveals_nothing() {
    Story::of_a_line()
        .given(suspend(Reason::Theft, user()))
        .when(suspend(Reason::Theft, stranger()))
        .then_refused("PERMISSION_DENIED");
}

#[test]
fn a_reason_more_on_a_barred_line_is_an_act_with_a_read_back_of_its_own() {
    let story = Story::of_a_line().given(suspend(Reason::Loss, user())).confirmed();
    let (loss, sequence) = (story.line().latest_act().unwrap().act_id, story.sequence());
    let story = story
        .when(suspend(Reason::Theft, manager()))
        .then(&["suspension_requested"])
        .then_line_is(&[Reason::Loss, Reason::Theft], TargetName::Barred);
    assert_ne!(story.act(), loss);
    assert_eq!(story.sequence(), sequence + 1);
    assert!(story.line().is_unconfirmed());
    assert_eq!(story.line().evidence(), Evidence::NotYetConfirmed);
    assert_eq!(story.act_state(loss), ActState::Confirmed);
}

#[test]
fn suspending_supersedes_a_reinstatement_that_the_register_has_not_confirmed() {
    let story = Story::of_a_line().given(suspend(Reason::Loss, user())).confirmed();
    let story = story.given(reinstate(Reason::Loss, stepped_up(user())));
    let reinstatement = story.act();
    let story = story.given(suspend(Reason::Theft, manager()));
    let [Fact::SuspensionRequested(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!(fact.asked.supersedes, [reinstatement]);
    assert_eq!(story.act_state(reinstatement), ActState::Superseded);
    story.then_line_is(&[Reason::Theft], TargetName::Barred);
}

#[test]
fn t0_is_when_the_request_arrived_and_never_after_it_was_recorded() {
    let story = Story::of_a_line().given(suspend(Reason::Theft, user()));
    let act = story.line().latest_act().unwrap();
    assert_eq!(act.received_at, story.now().minus(std::time::Duration::from_millis(1)));
    assert!(act.received_at <= act.recorded_at);
    assert_eq!(story.line().waiting_since(), Some(act.received_at));
}
