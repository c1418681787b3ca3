use super::*;
use crate::domain::ALL_KNOWN;
use crate::domain::contact_point::*;

#[test]
fn a_contact_point_ends_at_an_instant_that_customers_are_told_before() {
    let story = Story::of_a_number().retire(30).then(&["retirement_recorded", "change_notice_due"]);
    let [Fact::RetirementRecorded(fact), Fact::ChangeNoticeDue(notice)] = &story.facts()[..] else {
        panic!("{:?}", story.facts())
    };
    assert_eq!((fact.version.valid_until, notice.after.as_ref()), (Some(story.day(30)), None));
    assert_eq!((story.valid_in(29, ALL_KNOWN).is_some(), story.valid_in(30, ALL_KNOWN)), (true, None));
    let again = story.retire(30).then(&[]);
    let ended = again.after(days(30)).then(&["contact_point_ended"]);
    assert_eq!(next_due(&ended.state), None);
    assert!(ended.point().snapshot().versions.is_empty());
    ended.retire(1).then_refused("ENDED");
}

#[test]
fn the_end_lies_ahead_and_after_all_versions() {
    let story =
        Story::of_a_number().retire(0).then_refused("BAD_PERIOD").retire(-1).then_refused("BAD_PERIOD");
    let story = story.publish("+33100000002", 30);
    story.retire(20).then_refused("BAD_PERIOD").retire(30).then_refused("BAD_PERIOD");
    Story::empty().retire(1).then_refused("CONTACT_POINT_NOT_FOUND");
}

#[test]
fn the_end_may_be_moved_until_it_has_come() {
    let story = Story::of_a_number().retire(30);
    let known = story.day(1);
    let story = story.after(days(2)).retire(60).then(&["retirement_recorded", "change_notice_due"]);
    let version = story.point().version(story.now(), known).unwrap();
    assert_eq!(version.valid_until, Some(story.day(28)), "as known before");
    assert!(story.valid_in(59, ALL_KNOWN).is_some());
    let story = story.after(days(61));
    assert_eq!(story.events.iter().filter(|(event, _)| event.name() == name::CONTACT_POINT_ENDED).count(), 1);
}

#[test]
fn a_version_that_begins_before_the_end_takes_it_back() {
    let story = Story::of_a_number().retire(30).publish("+33100000002", 20);
    assert_eq!(story.valid_in(40, ALL_KNOWN), Some((2, "+33100000002".to_owned())));
    let story = story.after(days(100));
    assert_eq!(story.events.iter().filter(|(event, _)| event.name() == name::CONTACT_POINT_ENDED).count(), 0);
}

#[test]
fn a_version_after_the_end_leaves_a_hole() {
    let story = Story::of_a_number().retire(30).publish("+33100000002", 40);
    let valid = [29, 30, 39, 40].map(|day| story.valid_in(day, ALL_KNOWN).map(|(number, _)| number));
    assert_eq!(valid, [Some(1), None, None, Some(2)]);
    let story = story.after(days(100));
    let names: Vec<_> = story.events.iter().map(|(event, _)| event.name()).collect();
    assert_eq!(&names[names.len() - 2..], [name::CONTACT_POINT_ENDED, name::VERSION_TOOK_EFFECT]);
}

#[test]
fn a_desk_is_led_to_until_its_last_version_ends() {
    let story = Story::of_a_number().retire(30);
    let desk_id = content("+33100000001").desk_id;
    let leads = |day| story.point().leads_to(desk_id, story.day(day));
    assert_eq!((leads(0), leads(29), leads(30)), (true, true, false));
    assert!(!story.point().leads_to(uuid::Uuid::from_u128(1), story.now()));
}
