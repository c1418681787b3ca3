//! Rule 5: no answer leaves on cached state alone.

use std::sync::Arc;

use uuid::Uuid;
use vigie_clock::SystemClock;
use vigie_eventlog::{ExecuteError, Order};

use crate::support::{Accounts, Command, Place, Rejection, append, asked, event, id, order, run};

on_both_engines!(
    b_remembers_suspended_a_reinstates_and_b_suspends_again,
    b_remembers_suspended_a_reinstates_and_b_does_not_refuse,
    a_refusal_carries_the_version_of_now,
    an_order_for_a_stream_believed_new_sees_that_it_exists,
    a_stream_that_was_empty_when_it_was_read_is_read_again,
    a_load_sees_what_the_other_wrote,
);

/// An account that B knows as suspended at version 2, while A has reinstated it since: version 3.
async fn reinstated_behind_bs_back(a: &Accounts, b: &Accounts) -> Uuid {
    let line = id();
    run(a, line, Command::Credit(10)).await.unwrap();
    assert_eq!(run(b, line, Command::Suspend).await.unwrap().version, 2);
    assert_eq!(run(a, line, Command::Reinstate).await.unwrap().version, 3);
    line
}

async fn b_remembers_suspended_a_reinstates_and_b_suspends_again(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    for with_request_id in [false, true] {
        let line = reinstated_behind_bs_back(&a, &b).await;
        let mut stolen = order(b.log(), line, Command::Suspend);
        if with_request_id {
            stolen = asked(stolen, "advisor", id(), "suspend");
        }
        let outcome = b.execute(stolen).await.unwrap();
        assert_eq!((outcome.version, outcome.events.len()), (4, 1), "answered 'already suspended'");
        assert!(a.load(line).await.unwrap().0.is_suspended);
    }
}

async fn b_remembers_suspended_a_reinstates_and_b_does_not_refuse(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let line = reinstated_behind_bs_back(&a, &b).await;
    let outcome = run(&b, line, Command::Credit(5)).await.unwrap();
    assert_eq!((outcome.version, outcome.state.balance), (4, 15));
}

async fn a_refusal_carries_the_version_of_now(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let account = id();
    run(&b, account, Command::Credit(10)).await.unwrap();
    run(&a, account, Command::Suspend).await.unwrap();
    let refused = run(&b, account, Command::Debit(99)).await.unwrap_err();
    assert!(
        matches!(refused, ExecuteError::Rejected { rejection: Rejection::Suspended, version: 2 }),
        "decided on what B remembered: {refused}"
    );
}

async fn an_order_for_a_stream_believed_new_sees_that_it_exists(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let account = id();
    run(&a, account, Command::Credit(10)).await.unwrap();
    let believed_new = Order { is_new: true, ..order(b.log(), account, Command::Debit(4)) };
    let outcome = b.execute(believed_new).await.unwrap();
    assert_eq!((outcome.version, outcome.state.balance), (2, 6));
}

async fn a_stream_that_was_empty_when_it_was_read_is_read_again(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let account = id();
    assert_eq!(b.load(account).await.unwrap().1, 0);
    run(&a, account, Command::Suspend).await.unwrap();
    // B remembers an account that nobody suspended, and is asked to do nothing under a request id.
    let nothing = asked(order(b.log(), account, Command::Reinstate), "advisor", id(), "reinstate");
    let outcome = b.execute(nothing).await.unwrap();
    assert_eq!((outcome.version, outcome.events.len()), (2, 1), "answered 'not suspended'");
}

async fn a_load_sees_what_the_other_wrote(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let account = id();
    for round in 1..=5 {
        run(&a, account, Command::Credit(1)).await.unwrap();
        let (state, version) = b.load(account).await.unwrap();
        assert_eq!((state.balance, version), (round, round));
    }
    // Also what was appended by hand.
    let mut by_hand = append(account, 5, 0);
    by_hand.events.push(vigie_eventlog::NewEvent {
        event_type: "test.account.credited.v1".to_owned(),
        payload: br#"{"Credited":7}"#.to_vec(),
        ..event()
    });
    a.log().append(by_hand).await.unwrap();
    assert_eq!(b.load(account).await.unwrap().0.balance, 12);
}
