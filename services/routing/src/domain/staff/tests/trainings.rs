use super::*;
use crate::domain::staff::*;
use crate::domain::{ALL_KNOWN, Code};

#[test]
fn the_end_of_a_training_is_said_30_days_before_and_when_it_comes() {
    let story = Story::of_a_manager();
    let training = story.trained_for(365);
    let story = story.when(training).then(&["training_recorded"]);
    let end = story.day(365);
    assert_eq!(next_due(&story.state), Some(end.minus(days(30))));

    let story = story.after(days(335)).then(&["training_expiring"]);
    let Fact::TrainingExpiring(fact) = story.fact() else { panic!("{:?}", story.fact()) };
    assert_eq!((fact.valid_until, fact.code.as_str()), (end, "account-manager"));
    assert_eq!(next_due(&story.state), Some(end));

    let story = story.after(days(30)).then(&["training_expired"]);
    assert_eq!(story.member().trained_until("account-manager", end, ALL_KNOWN), None);
    let story = story.after(days(1000));
    assert_eq!((story.count("training_expiring"), story.count("training_expired")), (1, 1));
}

#[test]
fn a_renewal_in_time_cancels_the_expiry() {
    let story = Story::of_a_manager();
    let training = story.trained_for(40);
    let story = story.given(training).after(days(20));
    assert_eq!(story.count("training_expiring"), 1);
    let renewal = story.trained_for(365);
    let story = story.when(renewal).then(&["training_recorded"]).after(days(100));
    assert_eq!((story.count("training_expiring"), story.count("training_expired")), (1, 0));
    let story = story.after(days(300));
    assert_eq!((story.count("training_expiring"), story.count("training_expired")), (2, 1));
}

#[test]
fn a_training_that_ended_before_it_was_recorded_has_expired_at_once_without_a_warning() {
    let story = Story::of_a_manager();
    let past = Command::RecordTraining {
        code: Code::account_manager(),
        passed_at: story.day(-400),
        valid_until: story.day(-35),
    };
    let story = story.when(past).then(&["training_recorded", "training_expired"]);
    let member = story.member();
    assert_eq!(member.trained_until("account-manager", story.day(-100), ALL_KNOWN), Some(story.day(-35)));
    assert_eq!(
        member.trained_until("account-manager", story.day(-100), story.day(-1)),
        None,
        "not known then"
    );
}

#[test]
fn nobody_is_warned_of_another_training_or_for_one_who_is_no_account_manager() {
    let story = Story::of_a_manager();
    let other = Command::RecordTraining {
        code: Code::parse("first-aid").unwrap(),
        passed_at: story.now(),
        valid_until: story.day(5),
    };
    assert_eq!(next_due(&story.given(other).state), None);
    let story = Story::of_an_advisor();
    let training = story.trained_for(5);
    assert_eq!(next_due(&story.given(training).state), None);
}

#[test]
fn a_training_that_cannot_be_is_refused() {
    let story = Story::of_a_manager();
    let record = |passed_at, valid_until| Command::RecordTraining {
        code: Code::account_manager(),
        passed_at,
        valid_until,
    };
    let (backwards, ahead) = (record(story.now(), story.now()), record(story.day(1), story.day(2)));
    story.when(backwards).then_refused("BAD_PERIOD").when(ahead).then_refused("BAD_PERIOD");
}

#[test]
fn the_same_training_twice_is_one_and_there_is_no_end_of_them() {
    let story = Story::of_a_manager();
    let training = story.trained_for(365);
    let mut story = story.given(training.clone()).when(training).then(&[]);
    for number in 1..Policy::DEFAULT.trainings_max {
        let more = story.trained_for(365 + i64::try_from(number).unwrap());
        story = story.given(more);
    }
    let more = story.trained_for(1000);
    story.when(more).then_refused("TOO_LARGE");
}
