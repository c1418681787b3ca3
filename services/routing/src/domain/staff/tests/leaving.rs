use super::*;
use crate::domain::ALL_KNOWN;
use crate::domain::staff::*;

#[test]
fn whoever_leaves_is_gone_at_that_instant() {
    let story = Story::of_a_manager();
    let leaves_at = story.day(30);
    let leaving = Command::RecordLeaving { leaves_at, deputy: Some(stand_in()) };
    let story = story.when(leaving.clone()).then(&["leaving_recorded"]).when(leaving).then(&[]);
    assert_eq!((next_due(&story.state), story.member().has_left()), (Some(leaves_at), false));
    assert_eq!(story.member().deputy(ALL_KNOWN), Some(stand_in().staff_id));

    let story = story.after(days(30)).then(&["staff_left"]);
    let Fact::StaffLeft(fact) = story.fact() else { panic!("{:?}", story.fact()) };
    assert_eq!((fact.left_at, fact.deputy_staff_id), (leaves_at, Some(stand_in().staff_id)));
    assert_eq!((next_due(&story.state), story.member().has_left()), (None, true));
    let plan = story.plan(1, 2, None);
    story.when(plan).then_refused("ENDED");
}

#[test]
fn it_may_be_said_again_until_it_has_come_and_what_was_known_when_is_kept() {
    let story = Story::of_a_manager();
    let (first, second) = (story.day(30), story.day(60));
    let before = story.now();
    let story = story.given(Command::RecordLeaving { leaves_at: first, deputy: None }).after(days(1));
    let known = story.now();
    let story = story.given(Command::RecordLeaving { leaves_at: second, deputy: None });
    let member = story.member();
    assert_eq!((member.leaves_at(before), member.leaves_at(known)), (None, Some(first)));
    assert_eq!(member.leaves_at(ALL_KNOWN), Some(second));
    let story = story.after(days(40));
    assert!(!story.member().has_left());
    assert!(story.after(days(20)).member().has_left());
}

#[test]
fn one_who_left_before_it_was_recorded_has_left_at_once() {
    let story = Story::of_a_manager();
    let leaves_at = story.day(-2);
    story.when(Command::RecordLeaving { leaves_at, deputy: None }).then(&["leaving_recorded", "staff_left"]);
}

#[test]
fn a_deputy_is_held_to_the_same_as_a_cover() {
    let story = Story::of_a_manager();
    let leaves_at = story.day(30);
    let untrained = StandIn { is_trained: false, ..stand_in() };
    let leaving = Command::RecordLeaving { leaves_at, deputy: Some(untrained) };
    story.when(leaving).then_refused("MANAGER_UNTRAINED");
}

#[test]
fn after_the_last_day_nothing_begins_and_nobody_is_warned() {
    let story = Story::of_a_manager();
    let (training, plan) = (story.trained_for(60), story.plan(20, 40, None));
    let story = story.given(training).given(plan);
    let leaving = Command::RecordLeaving { leaves_at: story.day(30), deputy: None };
    let too_late = story.plan(30, 31, None);
    let story = story.given(leaving).when(too_late).then_refused("BAD_PERIOD");
    let story = story.after(days(1000));
    let names = ["absence_began", "absence_ended", "training_expiring", "training_expired", "staff_left"];
    assert_eq!(names.map(|name| story.count(name)), [1, 0, 0, 0, 1]);
}

#[test]
fn a_leaving_is_not_put_off_for_ever() {
    let mut story = Story::of_a_manager();
    for number in 0..Policy::DEFAULT.leavings_max {
        let leaves_at = story.day(30 + i64::try_from(number).unwrap());
        story = story.given(Command::RecordLeaving { leaves_at, deputy: None });
    }
    let leaves_at = story.day(10);
    story.when(Command::RecordLeaving { leaves_at, deputy: None }).then_refused("TOO_LARGE");
}
