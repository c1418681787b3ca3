//! Given, when, then.

use proptest::prelude::*;
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};

use super::*;

const DESK: Uuid = Uuid::from_u128(0xde);

fn at(minute: i64) -> Timestamp {
    Timestamp::from_micros(1_795_305_600_000_000 + minute * 60_000_000)
}

pub(crate) fn staffed(fact_id: &str, from: i64, until: i64) -> Command {
    let (origin, fact_id) = ("acd".to_owned(), fact_id.to_owned());
    let fact = DeskStaffed { origin, fact_id, from: at(from), until: at(until) };
    Command::Record(Box::new(Presence { desk_id: DESK, fact }))
}

pub(crate) fn told(
    commands: impl IntoIterator<Item = Command>,
) -> (Option<Attendance>, Vec<Event>, Vec<Result<usize, Rejection>>) {
    let (mut state, mut events, mut answers) = (None, Vec::new(), Vec::new());
    for command in commands {
        let context = Context::system("acd", at(600), Uuid::from_u128(1));
        let decided = decide(&state, &command, &context);
        for event in decided.iter().flat_map(|decided| &decided.events) {
            evolve(&mut state, event);
            assert_eq!(event.attendance, state.as_ref().unwrap().snapshot());
            events.push(event.clone());
        }
        answers.push(decided.map(|decided| decided.events.len()));
    }
    (state, events, answers)
}

#[test]
fn a_repeat_is_absorbed_and_another_content_refused() {
    let (_, events, answers) = told([staffed("1", 0, 60), staffed("1", 0, 60), staffed("1", 0, 61)]);
    assert_eq!(answers, [Ok(1), Ok(0), Err(Rejection::FactContradicts)]);
    assert_eq!(events.len(), 1);
}

#[test]
fn times_that_cannot_be_are_refused() {
    for (from, until) in [(60, 60), (60, 0), (0, 24 * 60 + 1), (590, 606)] {
        let (_, _, answers) = told([staffed("1", from, until)]);
        assert!(matches!(answers[..], [Err(Rejection::BadPeriod(_))]), "{from} {until}");
    }
}

#[test]
fn a_day_has_so_many_facts_and_no_more() {
    let many = (0..=FACTS_MAX).map(|number| staffed(&number.to_string(), 0, 1));
    let (_, _, answers) = told(many);
    assert_eq!(answers.last(), Some(&Err(Rejection::TooManyFacts)));
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), FACTS_MAX);
}

proptest! {
    #[test]
    fn what_is_covered_is_the_union_in_whatever_order_it_was_told(
        spans in prop::collection::vec((0_i64..300, 1_i64..60), 1..20),
    ) {
        let command = |(number, (from, length)): (usize, &(i64, i64))| {
            staffed(&number.to_string(), *from, from + length)
        };
        let all: Vec<_> = spans.iter().enumerate().map(command).collect();
        let (forth, ..) = told(all.clone());
        let (back, ..) = told(all.into_iter().rev());
        prop_assert_eq!(&forth, &back);
        let shown = forth.unwrap().snapshot().staffed;
        prop_assert!(shown.windows(2).all(|two| two[0].until < two[1].from));
        for minute in 0..400 {
            let is_told = spans.iter().any(|(from, length)| (*from..from + length).contains(&minute));
            let is_shown = shown.iter().any(|span| span.from <= at(minute) && at(minute) < span.until);
            prop_assert_eq!(is_told, is_shown, "minute {}", minute);
        }
    }
}
