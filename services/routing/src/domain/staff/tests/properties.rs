//! Whatever is asked, in whatever order.

use proptest::prelude::*;

use super::*;
use crate::domain::staff::*;
use crate::domain::{ALL_KNOWN, Code};

/// What may be asked next; what depends on the member is filled in when its turn comes.
#[derive(Clone, Debug)]
enum Step {
    Train { passed: i64, days: i64 },
    Plan { from: i64, days: i64, covered: bool },
    Cancel(usize),
    Leave(i64),
    Promote(bool),
    Pause { days: u64, with_timers: bool },
}

impl Step {
    fn take(self, story: Story) -> Story {
        match self {
            Self::Train { passed, days } => {
                let (passed_at, valid_until) = (story.day(-passed), story.day(days - passed));
                story.when(Command::RecordTraining { code: Code::account_manager(), passed_at, valid_until })
            }
            Self::Plan { from, days, covered } => {
                let plan = story.plan(from, from + days, covered.then(stand_in));
                story.when(plan)
            }
            Self::Cancel(nth) => match story.member().absences().get(nth).map(|absence| absence.absence_id) {
                Some(absence_id) => story.when(Command::CancelAbsence { absence_id }),
                None => story,
            },
            Self::Leave(days) => {
                let leaves_at = story.day(days);
                story.when(Command::RecordLeaving { leaves_at, deputy: None })
            }
            Self::Promote(is_account_manager) => {
                let manager = a_manager();
                let profile = Profile { is_account_manager, ..manager.profile };
                let external_identifiers = manager.external_identifiers;
                story.when(Command::Change { profile: Box::new(profile), external_identifiers })
            }
            Self::Pause { days: count, with_timers: true } => story.after(days(count)),
            Self::Pause { days: count, with_timers: false } => story.without_timers(days(count)),
        }
    }
}

fn any_steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0_i64..60, 1_i64..90).prop_map(|(passed, days)| Step::Train { passed, days }),
        4 => (-5_i64..40, 1_i64..20, any::<bool>())
            .prop_map(|(from, days, covered)| Step::Plan { from, days, covered }),
        2 => (0_usize..4).prop_map(Step::Cancel),
        1 => (20_i64..200).prop_map(Step::Leave),
        1 => any::<bool>().prop_map(Step::Promote),
        4 => (0_u64..30, any::<bool>()).prop_map(|(days, with_timers)| Step::Pause { days, with_timers }),
    ];
    prop::collection::vec(step, 0..50)
}

fn played(steps: Vec<Step>) -> Story {
    steps.into_iter().fold(Story::of_a_manager(), |story, step| step.take(story))
}

proptest! {
    #[test]
    fn each_timer_acts_once_and_then_asks_for_none(steps in any_steps()) {
        let story = played(steps).after(days(1000));
        prop_assert_eq!(next_due(&story.state), None);
        let mut began = std::collections::BTreeSet::new();
        let mut over = std::collections::BTreeSet::new();
        let mut told = std::collections::BTreeSet::new();
        for (event, _) in &story.events {
            let is_first = match &event.fact {
                Fact::AbsenceBegan(fact) => began.insert(fact.absence.absence_id),
                Fact::AbsenceEnded(fact) => over.insert(fact.absence.absence_id),
                Fact::AbsenceCancelled(fact) => over.insert(fact.absence.absence_id),
                Fact::TrainingExpiring(fact) => told.insert((fact.valid_until, "expiring")),
                Fact::TrainingExpired(fact) => told.insert((fact.valid_until, "expired")),
                _ => true,
            };
            prop_assert!(is_first, "{:?}", event.fact);
        }
        prop_assert!(story.count("staff_left") <= 1);
    }

    #[test]
    fn absences_never_overlap(steps in any_steps()) {
        let mut story = Story::of_a_manager();
        for step in steps {
            story = step.take(story);
            for pair in story.member().absences().windows(2) {
                prop_assert!(pair[0].until <= pair[1].from, "{:?}", pair);
            }
        }
    }

    #[test]
    fn a_training_is_never_said_to_have_ended_while_one_is_valid(steps in any_steps()) {
        let story = played(steps);
        for (index, (event, recorded_at)) in story.events.iter().enumerate() {
            let Fact::TrainingExpired(_) = event.fact else { continue };
            let mut member = None;
            for (earlier, at) in &story.events[..index] {
                evolve(&mut member, earlier, *at);
            }
            let trained_until = member.unwrap().trained_until("account-manager", *recorded_at, ALL_KNOWN);
            prop_assert_eq!(trained_until, None);
        }
    }

    #[test]
    fn what_was_known_at_an_instant_is_never_changed_by_what_comes_later(steps in any_steps(), probe in 0_i64..60) {
        let story = played(steps);
        let known_at = story.now();
        let at = story.day(probe - 30);
        let answer = |member: &StaffMember| {
            (
                member.trained_until("account-manager", at, known_at),
                member.absence(at, known_at),
                member.leaves_at(known_at),
            )
        };
        let before = answer(story.member());
        let later = story.after(days(1));
        let (plan, training) = (later.plan(-20, 20, None), later.trained_for(10));
        let later = later.when(plan).when(training).after(days(40));
        prop_assert_eq!(answer(later.member()), before);
    }
}
