//! Given, when, then.

use uuid::Uuid;
use vigie_clock::{Context, Timestamp};

use super::*;

pub(crate) fn reject() -> Command {
    Command::Reject(Box::new(New {
        topic: "vigie.routing.facts.v1".to_owned(),
        partition: 3,
        offset: 7,
        origin: Some("acd".to_owned()),
        fact_id: Some("f-1".to_owned()),
        reason: "DESK_NOT_FOUND".to_owned(),
        message: "there is no such desk".to_owned(),
    }))
}

pub(crate) fn settle() -> Command {
    Command::Settle { note: "sent again".to_owned() }
}

pub(crate) fn told(
    commands: impl IntoIterator<Item = Command>,
) -> (Vec<Event>, Vec<Result<usize, Rejection>>) {
    let (mut state, mut events, mut answers) = (None, Vec::new(), Vec::new());
    for command in commands {
        let context = Context::system("routing.facts", Timestamp::from_micros(1), Uuid::from_u128(1));
        let decided = decide(&state, &command, &context);
        for event in decided.iter().flat_map(|decided| &decided.events) {
            evolve(&mut state, event);
            events.push(event.clone());
        }
        answers.push(decided.map(|decided| decided.events.len()));
    }
    (events, answers)
}

#[test]
fn a_record_that_is_read_twice_is_rejected_once_and_settled_once() {
    let (events, answers) = told([settle(), reject(), reject(), settle(), settle(), reject()]);
    assert_eq!(
        answers,
        [Err(Rejection::NotFound), Ok(1), Ok(0), Ok(1), Err(Rejection::AlreadySettled), Ok(0)]
    );
    assert!(events[1].rejected_fact.settled_at.is_some());
    assert_ne!(rejected_fact_id("t", 1, 2), rejected_fact_id("t", 2, 1));
}
