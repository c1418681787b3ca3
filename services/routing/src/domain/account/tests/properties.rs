//! What holds whatever is asked, in whatever order.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::Moment;
use crate::domain::account::*;

/// Something that is asked of an account's manager: days are small so that they meet.
#[derive(Clone, Copy, Debug)]
enum Asked {
    Assign { number: u128, from: i64, days: Option<i64>, replaces: Option<usize> },
    End { which: usize, until: i64 },
    Close { on: i64 },
    Days { count: i64 },
}

fn asked() -> impl Strategy<Value = Asked> {
    let day = -10..10_i64;
    prop_oneof![
        6 => (1..5_u128, day.clone(), proptest::option::of(-1..8_i64), proptest::option::of(0..6_usize))
            .prop_map(|(number, from, days, replaces)| Asked::Assign { number, from, days, replaces }),
        3 => (0..6_usize, day.clone()).prop_map(|(which, until)| Asked::End { which, until }),
        1 => (0..10_i64).prop_map(|on| Asked::Close { on }),
        2 => (0..4_i64).prop_map(|count| Asked::Days { count }),
    ]
}

fn assignment_id(story: &Story, which: usize) -> Uuid {
    let all = story.account().assignments(day(999)).map(|(assignment, _)| assignment.assignment_id);
    all.collect::<Vec<_>>().get(which).copied().unwrap_or(Uuid::from_u128(1))
}

fn ask(story: Story, asked: Asked) -> Story {
    match asked {
        Asked::Assign { number, from, days, replaces } => {
            let replaces = replaces.map(|which| assignment_id(&story, which));
            story.when(assign(number, from, days.map(|days| from + days), replaces))
        }
        Asked::End { which, until } => {
            let which = assignment_id(&story, which);
            story.when(end(which, until))
        }
        Asked::Close { on } => {
            story.when(Command::Close { effective_from: Some(day(on)), is_needed_below: false })
        }
        Asked::Days { count } => story.after_days(count),
    }
}

/// Who is the manager on each of these days, as known at the end of `known_on`.
fn managers(story: &Story, known_on: i64) -> Vec<Option<Uuid>> {
    (-12..14).map(|on| story.manager_at(Moment { as_of: day(on), known_at: day(known_on) })).collect()
}

proptest! {
    #[test]
    fn assignments_never_overlap_whatever_the_order_of_commands(
        commands in proptest::collection::vec(asked(), 1..30),
    ) {
        let mut story = Story::of_a_company();
        for asked in commands {
            story = ask(story, asked);
            let all: Vec<_> = story.account().assignments(day(999)).map(|(assignment, _)| assignment).collect();
            for on in -12..14 {
                let holds = |assignment: &&Assignment| {
                    assignment.effective_from <= day(on) && assignment.effective_until.is_none_or(|until| day(on) < until)
                };
                prop_assert!(all.iter().filter(holds).count() <= 1, "on day {on}: {all:?}");
            }
        }
    }

    #[test]
    fn what_was_known_on_a_day_stays_what_was_known_on_that_day(
        before in proptest::collection::vec(asked(), 1..12),
        after in proptest::collection::vec(asked(), 1..12),
    ) {
        let mut story = before.into_iter().fold(Story::of_a_company(), ask);
        let known_on = (story.now().as_micros() - day(0).as_micros()) / 86_400_000_000 + 1;
        let known = managers(&story, known_on);
        story = after.into_iter().fold(story.after_days(1).without_timers(1), ask);
        prop_assert_eq!(managers(&story, known_on), known);
    }

    #[test]
    fn the_last_event_shows_who_is_the_manager_now(commands in proptest::collection::vec(asked(), 1..20)) {
        let mut story = Story::of_a_company();
        for asked in commands {
            story = ask(story, asked).after_days(0);
            let shown = story.events.last().unwrap().0.account.clone();
            let is_open = !story.account().is_closed(Moment::at(story.now()));
            let now = story.manager_at(Moment::at(story.now()));
            prop_assert!(!is_open || shown.manager.map(|manager| manager.staff_id) == now);
        }
    }

    #[test]
    fn replaying_the_events_gives_the_same_state(commands in proptest::collection::vec(asked(), 1..20)) {
        let story = commands.into_iter().fold(Story::of_a_company(), ask);
        let mut replayed = None;
        for (event, recorded_at) in &story.events {
            evolve(&mut replayed, event, *recorded_at);
        }
        prop_assert_eq!(replayed, story.state);
    }
}
