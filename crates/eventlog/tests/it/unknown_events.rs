//! Rule 17: an unknown event type makes a replica refuse the command, never ignore the event.

use std::sync::Arc;

use uuid::Uuid;
use vigie_clock::SystemClock;
use vigie_eventlog::{DecodeError, EventLog, ExecuteError};

use crate::support::{Command, Place, append, id, run};

on_both_engines!(
    a_command_after_an_event_of_a_newer_release_is_refused_and_appends_nothing,
    malformed_bytes_too
);

async fn append_as(log: &EventLog, stream: Uuid, version: i64, event_type: &str, payload: &[u8]) {
    let mut by_hand = append(stream, version, 1);
    by_hand.events[0].event_type = event_type.to_owned();
    by_hand.events[0].payload = payload.to_vec();
    log.append(by_hand).await.unwrap();
}

async fn a_command_after_an_event_of_a_newer_release_is_refused_and_appends_nothing(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let account = id();
    run(&a, account, Command::Credit(1)).await.unwrap();
    b.load(account).await.unwrap();
    append_as(b.log(), account, 1, "test.account.frozen_by_court.v1", b"{}").await;
    // A and B both remember version 1: neither may go on as if nothing had come.
    for accounts in [&a, &b] {
        for command in [Command::Credit(1), Command::Reinstate, Command::Debit(99)] {
            let refused = run(accounts, account, command).await.unwrap_err();
            let ExecuteError::Decode { stream_id, source: DecodeError::UnknownType(name) } = refused else {
                panic!("{refused}");
            };
            assert_eq!((stream_id, name.as_str()), (account, "test.account.frozen_by_court.v1"));
        }
        assert!(matches!(accounts.load(account).await, Err(ExecuteError::Decode { .. })));
    }
    assert_eq!(a.log().confirm(account, None).await.unwrap().0, 2, "nothing was appended");
}

async fn malformed_bytes_too(place: Place) {
    let (a, _) = place.two_caches(Arc::new(SystemClock)).await;
    let account = id();
    append_as(a.log(), account, 0, "test.account.credited.v1", br#"{"Credited":"much"}"#).await;
    let refused = run(&a, account, Command::Credit(1)).await.unwrap_err();
    assert!(
        matches!(refused, ExecuteError::Decode { source: DecodeError::Malformed { .. }, .. }),
        "{refused}"
    );
}
