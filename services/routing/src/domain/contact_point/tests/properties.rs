//! Whatever is asked, in whatever order.

use proptest::prelude::*;

use super::*;
use crate::domain::contact_point::*;

#[derive(Clone, Debug)]
enum Step {
    Publish { in_days: i64 },
    Retire { in_days: i64 },
    Pause { days: u64, with_timers: bool },
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (-3_i64..60).prop_map(|in_days| Step::Publish { in_days }),
        1 => (-3_i64..60).prop_map(|in_days| Step::Retire { in_days }),
        3 => (0_u64..20, any::<bool>()).prop_map(|(days, with_timers)| Step::Pause { days, with_timers }),
    ];
    prop::collection::vec(step, 0..40)
}

fn take(story: Story, step: Step) -> Story {
    match step {
        Step::Publish { in_days } => story.publish("+33100000002", in_days),
        Step::Retire { in_days } => story.retire(in_days),
        Step::Pause { days: count, with_timers: true } => story.after(days(count)),
        Step::Pause { days: count, with_timers: false } => story.without_timers(days(count)),
    }
}

fn played(steps: Vec<Step>) -> Story {
    steps.into_iter().fold(Story::of_a_number(), take)
}

/// All versions, as known now.
fn versions(point: &ContactPoint) -> Vec<Version> {
    (1..).map_while(|number| point.numbered(number)).collect()
}

proptest! {
    #[test]
    fn versions_never_overlap_and_leave_a_hole_only_where_one_was_retired(steps in any_steps()) {
        let story = played(steps);
        let retired: Vec<_> = story.events.iter().filter_map(|(event, _)| match &event.fact {
            Fact::RetirementRecorded(fact) => Some((fact.version.point_version, fact.version.valid_until)),
            _ => None,
        }).collect();
        for pair in versions(story.point()).windows(2) {
            let (before, after) = (&pair[0], &pair[1]);
            prop_assert!(before.valid_from < after.valid_from);
            let end = before.valid_until.expect("another follows");
            prop_assert!(before.valid_from < end && end <= after.valid_from);
            prop_assert!(end == after.valid_from || retired.contains(&(before.point_version, Some(end))));
        }
    }

    #[test]
    fn each_version_takes_effect_once_and_ends_at_most_once(steps in any_steps()) {
        let story = played(steps).after(days(200));
        prop_assert_eq!(next_due(&story.state), None);
        let mut began = Vec::new();
        let mut ended = Vec::new();
        for (event, recorded_at) in &story.events {
            match &event.fact {
                Fact::VersionTookEffect(fact) => {
                    prop_assert!(fact.version.valid_from <= *recorded_at);
                    began.push(fact.version.point_version);
                }
                Fact::ContactPointEnded(fact) => ended.push(fact.version.point_version),
                _ => {}
            }
        }
        let all: Vec<_> = versions(story.point()).iter().map(|version| version.point_version).collect();
        prop_assert_eq!(began, all, "in order");
        prop_assert!(ended.windows(2).all(|pair| pair[0] < pair[1]));
    }

    #[test]
    fn nothing_that_customers_were_not_told_of_before_takes_effect(steps in any_steps()) {
        let story = played(steps);
        for (index, (event, recorded_at)) in story.events.iter().enumerate().skip(2) {
            let Fact::VersionPublished(fact) = &event.fact else { continue };
            prop_assert!(*recorded_at <= fact.version.valid_from.plus(std::time::Duration::from_micros(1)));
            let due = story.events[index + 1..].iter().any(|(event, _)| matches!(&event.fact,
                Fact::ChangeNoticeDue(notice) if notice.after.as_ref() == Some(&fact.version)));
            prop_assert!(due);
        }
    }

    #[test]
    fn what_was_known_at_an_instant_is_never_changed_by_what_comes_later(steps in any_steps(), probe in -60_i64..60) {
        let story = played(steps);
        let (at, known_at) = (story.day(probe), story.now());
        let before = story.point().version(at, known_at);
        let later = story.after(days(1)).publish("+33100000003", 30).retire(50).after(days(60));
        prop_assert_eq!(later.point().version(at, known_at), before);
    }
}
