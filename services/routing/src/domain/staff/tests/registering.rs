use super::*;
use crate::domain::staff::*;

#[test]
fn somebody_who_is_registered_is_there_and_untrained() {
    let story = Story::empty().when(Command::Register(Box::new(a_manager()))).then(&["staff_registered"]);
    let member = story.member();
    assert_eq!(member.profile(), &a_manager().profile);
    assert_eq!(member.trained_until("account-manager", story.now(), story.now()), None);
    assert!(member.is_there(story.now(), story.day(1)));
    assert_eq!(next_due(&story.state), None);
    story.when(Command::Register(Box::new(a_manager()))).then_refused("CONFLICT");
}

#[test]
fn nothing_can_be_asked_of_somebody_who_is_not_registered() {
    let story = Story::empty();
    let plan = story.plan(1, 2, None);
    story
        .when(plan)
        .then_refused("STAFF_NOT_FOUND")
        .when(Command::Wake { due: at("2026-11-23T08:00:00Z") })
        .then_refused("STAFF_NOT_FOUND");
}
