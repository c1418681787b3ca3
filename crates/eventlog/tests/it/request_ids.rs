//! Rule 10: a repeat joins the act of the first; another body is refused.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use vigie_clock::{Clock as _, ManualClock, SystemClock, Timestamp};
use vigie_eventlog::{AppendError, ExecuteError, Order};

use crate::support::{Command, Place, Stall, append, asked, asking, id, order, run};

on_both_engines!(
    a_repeat_joins_the_act_and_sees_the_state_of_now,
    a_repeat_in_flight_joins_in_whichever_replica,
    a_repeat_in_the_same_batch_joins,
    another_body_or_another_stream_under_the_same_id_is_refused,
    another_callers_same_id_is_another_request,
    a_request_that_changed_nothing_is_remembered_too,
    a_request_that_changed_nothing_in_a_stream_that_is_not_leaves_the_stream_usable,
    a_repeat_of_what_is_refused_by_now_joins_the_act,
    old_requests_are_forgotten_in_bounded_batches,
);

async fn a_repeat_joins_the_act_and_sees_the_state_of_now(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let (account, request_id) = (id(), id());
    let credit = |log| asked(order(log, account, Command::Credit(10)), "crm", request_id, "credit 10");
    let first = a.execute(credit(a.log())).await.unwrap();
    run(&a, account, Command::Credit(5)).await.unwrap();
    for accounts in [&a, &b] {
        let again = accounts.execute(credit(accounts.log())).await.unwrap();
        assert!(again.repeated && again.events.is_empty());
        assert_eq!((again.act_id, again.version, again.state.balance), (first.act_id, 2, 15));
    }
    assert!(!first.repeated);
}

async fn a_repeat_in_flight_joins_in_whichever_replica(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    for _ in 0..10 {
        let (account, request_id) = (id(), id());
        let all = (0..8).map(|number| {
            let accounts = if number % 2 == 0 { a.clone() } else { b.clone() };
            let credit = asked(order(a.log(), account, Command::Credit(10)), "crm", request_id, "credit 10");
            tokio::spawn(async move { accounts.execute(credit).await })
        });
        let all: Vec<_> = join_all(all).await.into_iter().map(|joined| joined.unwrap().unwrap()).collect();
        assert_eq!(all.iter().filter(|outcome| !outcome.repeated).count(), 1);
        assert!(all.iter().all(|outcome| outcome.act_id == all[0].act_id), "one act");
        assert!(all.iter().all(|outcome| outcome.state.balance == 10), "credited twice");
    }
}

async fn a_repeat_in_the_same_batch_joins(place: Place) {
    let log = place.open().await;
    let (first, second, request_id) = (id(), id(), id());
    let stall = Stall::of(&place).await;
    let (_, first, second, ()) = tokio::join!(
        log.append(append(id(), 0, 1)),
        log.append(asking(append(first, 0, 1), "crm", request_id)),
        log.append(asking(append(second, 0, 1), "crm", request_id)),
        async {
            Stall::settle().await;
            stall.end().await;
        }
    );
    let stored = first.unwrap();
    let Err(AppendError::Repeated(record)) = second else { panic!("{second:?}") };
    assert_eq!(record.stream_id, stored.events[0].stream_id, "the repeat is told of the first one's stream");
    assert_eq!(log.head().await.unwrap().position, 2);
}

async fn another_body_or_another_stream_under_the_same_id_is_refused(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let (account, request_id) = (id(), id());
    let ask = |stream, amount, body: &str| {
        asked(order(a.log(), stream, Command::Credit(amount)), "crm", request_id, body)
    };
    a.execute(ask(account, 10, "credit 10")).await.unwrap();
    for accounts in [&a, &b] {
        let refused = accounts.execute(ask(account, 11, "credit 11")).await.unwrap_err();
        assert!(matches!(refused, ExecuteError::RequestIdReused), "{refused}");
        let refused = accounts.execute(ask(id(), 10, "credit 10")).await.unwrap_err();
        assert!(matches!(refused, ExecuteError::RequestIdReused), "{refused}");
    }
    assert_eq!(a.load(account).await.unwrap().0.balance, 10);
}

async fn another_callers_same_id_is_another_request(place: Place) {
    let (a, _) = place.two_caches(Arc::new(SystemClock)).await;
    let (account, request_id) = (id(), id());
    for caller in ["crm", "extranet"] {
        let credit = asked(order(a.log(), account, Command::Credit(10)), caller, request_id, "credit 10");
        assert!(!a.execute(credit).await.unwrap().repeated, "{caller}");
    }
    let mut other_method =
        asked(order(a.log(), account, Command::Credit(10)), "crm", request_id, "credit 10");
    if let Some(request) = &mut other_method.request {
        request.key.method = "vigie.test/Other".to_owned();
    }
    assert!(!a.execute(other_method).await.unwrap().repeated);
    assert_eq!(a.load(account).await.unwrap().0.balance, 30);
}

async fn a_request_that_changed_nothing_is_remembered_too(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let (account, request_id) = (id(), id());
    run(&a, account, Command::Suspend).await.unwrap();
    let suspend = || asked(order(a.log(), account, Command::Suspend), "crm", request_id, "suspend");
    let nothing = a.execute(suspend()).await.unwrap();
    assert_eq!((nothing.version, nothing.events.len(), nothing.repeated), (1, 0, false));
    run(&a, account, Command::Reinstate).await.unwrap();
    // The late repeat of a suspension that was answered long ago must not suspend again.
    for accounts in [&a, &b] {
        let late = accounts.execute(suspend()).await.unwrap();
        assert!(late.repeated && !late.state.is_suspended);
        assert_eq!((late.act_id, late.version), (nothing.act_id, 2));
    }
}

async fn a_request_that_changed_nothing_in_a_stream_that_is_not_leaves_the_stream_usable(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let account = id();
    for accounts in [&a, &b] {
        let nothing = asked(order(a.log(), account, Command::Reinstate), "crm", id(), "reinstate");
        let outcome = accounts.execute(nothing).await.unwrap();
        assert_eq!((outcome.version, outcome.events.len()), (0, 0));
    }
    for (accounts, version) in [(&a, 1), (&b, 2)] {
        assert_eq!(run(accounts, account, Command::Credit(1)).await.unwrap().version, version);
    }
}

async fn a_repeat_of_what_is_refused_by_now_joins_the_act(place: Place) {
    let (a, b) = place.two_caches(Arc::new(SystemClock)).await;
    let (account, request_id) = (id(), id());
    run(&a, account, Command::Credit(10)).await.unwrap();
    let debit = || asked(order(a.log(), account, Command::Debit(10)), "crm", request_id, "debit 10");
    let first = a.execute(debit()).await.unwrap();
    for accounts in [&a, &b] {
        let again = accounts.execute(debit()).await.expect("the empty account refuses a second debit only");
        assert!(again.repeated);
        assert_eq!((again.act_id, again.state.balance), (first.act_id, 0));
    }
}

async fn old_requests_are_forgotten_in_bounded_batches(place: Place) {
    let clock = Arc::new(ManualClock::at(Timestamp::from_micros(2_000_000_000_000_000)));
    let log = place.open_at(clock.clone()).await;
    let stream = id();
    let (old, recent) = (id(), id());
    log.append(asking(append(stream, 0, 1), "crm", old)).await.unwrap();
    for version in 1..5 {
        log.append(asking(append(stream, version, 1), "crm", id())).await.unwrap();
    }
    clock.advance(Duration::from_secs(60));
    let middle = clock.now();
    log.append(asking(append(stream, 5, 1), "crm", recent)).await.unwrap();

    let mut batches = Vec::new();
    while let forgotten @ 1.. = log.purge_requests(middle, 2).await.unwrap() {
        batches.push(forgotten);
    }
    assert_eq!(batches, [2, 2, 1]);
    log.append(asking(append(stream, 6, 1), "crm", old)).await.expect("forgotten");
    let known = log.append(asking(append(stream, 7, 1), "crm", recent)).await.unwrap_err();
    assert!(matches!(known, AppendError::Repeated(_)), "{known}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadline_bounds_the_wait_for_a_stream_that_others_command() {
    let place = Place::new(crate::support::Engine::Sqlite);
    let (accounts, _) = place.two_caches(Arc::new(SystemClock)).await;
    let account = id();
    let stall = Stall::of(&place).await;
    let slow = tokio::spawn({
        let accounts = accounts.clone();
        async move { run(&accounts, account, Command::Credit(1)).await }
    });
    Stall::settle().await;
    let hurried = Order {
        deadline: Some(crate::support::later(100)),
        ..order(accounts.log(), account, Command::Credit(1))
    };
    let refused = accounts.execute(hurried).await.unwrap_err();
    assert!(matches!(refused, ExecuteError::Append(AppendError::Expired)), "{refused}");
    stall.end().await;
    slow.await.unwrap().unwrap();
    assert_eq!(accounts.load(account).await.unwrap().0.balance, 1);
}
