use super::*;
use crate::domain::ALL_KNOWN;
use crate::domain::contact_point::*;

#[test]
fn the_first_version_is_valid_at_once_and_nobody_needs_to_be_told() {
    let story = Story::empty().when(publish(content("+33100000001"), None));
    let story = story.then(&["version_published", "version_took_effect"]);
    assert_eq!(next_due(&story.state), None);
    assert_eq!(story.valid_in(0, ALL_KNOWN), Some((1, "+33100000001".to_owned())));
    assert_eq!(story.valid_in(-1, ALL_KNOWN), None);
}

#[test]
fn the_first_version_may_have_been_valid_for_long_or_begin_ahead() {
    let story =
        Story::empty().publish("+33100000001", -900).then(&["version_published", "version_took_effect"]);
    assert!(story.valid_in(-800, ALL_KNOWN).is_some());
    assert_eq!(story.valid_in(-800, story.day(-1)), None, "nobody knew yesterday");
    let story = Story::empty().publish("+33100000001", 9).then(&["version_published"]);
    assert_eq!((next_due(&story.state), story.valid_in(8, ALL_KNOWN)), (Some(story.day(9)), None));
    story.after(days(9)).then(&["version_took_effect"]);
}

#[test]
fn a_further_version_is_told_before_it_takes_over() {
    let story =
        Story::of_a_number().publish("+33100000002", 30).then(&["version_published", "change_notice_due"]);
    let [Fact::VersionPublished(published), Fact::ChangeNoticeDue(notice)] = &story.facts()[..] else {
        panic!("{:?}", story.facts())
    };
    let (before, takes_effect_at) = (published.replaces.clone().unwrap(), story.day(30));
    assert_eq!((before.point_version, before.valid_until), (1, Some(takes_effect_at)));
    assert_eq!((&notice.before, notice.takes_effect_at), (&before, takes_effect_at));
    assert_eq!(notice.after.as_ref(), Some(&published.version));

    assert_eq!(story.valid_in(29, ALL_KNOWN), Some((1, "+33100000001".to_owned())));
    assert_eq!(story.valid_in(30, ALL_KNOWN), Some((2, "+33100000002".to_owned())));
    let story = story.after(days(30)).then(&["version_took_effect"]);
    let [Fact::VersionTookEffect(fact)] = &story.facts()[..] else { panic!("{:?}", story.facts()) };
    assert_eq!((fact.version.point_version, fact.replaced.as_ref()), (2, Some(&before)));
    assert_eq!(story.point().snapshot().versions.len(), 1, "the first is over");
}

#[test]
fn a_further_version_never_begins_at_once_or_in_the_past() {
    let story = Story::of_a_number();
    let at_once = publish(content("+33100000002"), None);
    let story = story.when(at_once).then_refused("BAD_PERIOD");
    let story = story.publish("+33100000002", 0).then_refused("BAD_PERIOD");
    story.publish("+33100000002", -1).then_refused("BAD_PERIOD");
}

#[test]
fn several_versions_are_planned_in_order_only() {
    let story = Story::of_a_number().publish("+33100000002", 30);
    let story = story.publish("+33100000003", 30).then_refused("BAD_PERIOD");
    let story = story.publish("+33100000003", 29).then_refused("BAD_PERIOD");
    let story = story.publish("+33100000003", 60).then(&["version_published", "change_notice_due"]);
    assert_eq!(story.valid_in(59, ALL_KNOWN), Some((2, "+33100000002".to_owned())));
    assert_eq!(story.valid_in(60, ALL_KNOWN), Some((3, "+33100000003".to_owned())));
    let story = story.after(days(100));
    assert_eq!(story.events.iter().filter(|(event, _)| event.name() == name::VERSION_TOOK_EFFECT).count(), 3);
}

#[test]
fn the_same_version_published_again_is_one() {
    let story = Story::of_a_number().publish("+33100000002", 30);
    let again = story.publish("+33100000002", 30).then(&[]);
    assert_eq!(again.point().last_version().unwrap().point_version, 2);
}

#[test]
fn what_was_known_before_a_publication_still_is_the_answer() {
    let story = Story::of_a_number().after(days(1));
    let known = story.now();
    let story = story.publish("+33100000002", 30);
    let version = story.point().version(story.day(40), known).unwrap();
    assert_eq!((version.point_version, version.valid_until), (1, None));
}

#[test]
fn a_desk_that_has_ended_gets_no_contact_point() {
    let Command::Publish(publication) = publish(content("+33100000001"), None) else { unreachable!() };
    let publication = Publication { is_desk_open: false, ..*publication };
    Story::empty().when(Command::Publish(Box::new(publication))).then_refused("ENDED");
}

#[test]
fn there_is_a_bound_to_what_is_planned_and_to_what_is_kept() {
    let mut story = Story::of_a_number();
    for version in 1..=i64::try_from(PLANNED_VERSIONS_MAX).unwrap() {
        story = story.publish("+33100000002", version).then(&["version_published", "change_notice_due"]);
    }
    let mut story = story.publish("+33100000002", 99).then_refused("TOO_LARGE");
    while story.point().last_version().unwrap().point_version < u32::try_from(VERSIONS_MAX).unwrap() {
        story = story.after(days(1)).publish("+33100000002", 17);
    }
    story.after(days(100)).publish("+33100000002", 99).then_refused("TOO_LARGE");
}

#[test]
fn a_late_timer_changes_nothing_about_what_is_valid() {
    let story = Story::of_a_number().publish("+33100000002", 1).without_timers(days(5));
    assert_eq!(story.valid_in(0, ALL_KNOWN), Some((2, "+33100000002".to_owned())));
    let story = story.publish("+33100000003", 9);
    story.then(&["version_took_effect", "version_published", "change_notice_due"]);
}
