//! Rule 6: an unknown commit is found out, not guessed.

use std::time::Duration;

use futures::future::join_all;
use tokio::time::{Instant, timeout};
use vigie_eventlog::{Aggregates, AppendError, ExecuteError, Order};
use vigie_testkit::{Direction, Moment};

use crate::support::{
    Account, Accounts, Command, Place, Stall, append, asked, asking, assert_dense_and_chained, id, later,
    order, proxied, rows, run,
};

on_both_engines!(the_database_hangs_for_longer_than_a_statement_may_take_and_it_is_committed_once);

const FOUND_OUT: Duration = Duration::from_secs(10);

async fn the_database_hangs_for_longer_than_a_statement_may_take_and_it_is_committed_once(place: Place) {
    let log = place.open().await;
    log.append(append(id(), 0, 1)).await.unwrap();
    let stall = Stall::of(&place).await;
    let appends = join_all((0..10).map(|_| log.append(append(id(), 0, 1))));
    let (appends, ()) = tokio::join!(timeout(FOUND_OUT, appends), async {
        tokio::time::sleep(Duration::from_millis(2600)).await;
        stall.end().await;
    });
    assert!(appends.unwrap().iter().all(Result::is_ok));
    assert_eq!(assert_dense_and_chained(&place.database().await).await, 11);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_wire_is_cut_at_the_one_statement_and_it_is_committed_once() {
    for moment in [Moment::Before, Moment::After] {
        let (direct, behind, proxy) = proxied();
        let log = behind.open().await;
        log.append(append(id(), 0, 1)).await.unwrap();
        let marker = b"this is the batch that nobody answers";
        proxy.cut_at(Direction::ToTarget, marker, moment);
        let mut marked = append(id(), 0, 2);
        marked.events[1].payload = marker.to_vec();
        let appended = timeout(FOUND_OUT, log.append(marked)).await.unwrap().unwrap();
        proxy.wait_for_cuts(1, Duration::from_secs(1)).unwrap();

        let positions: Vec<_> = appended.events.iter().map(|event| event.position).collect();
        assert_eq!(positions, [2, 3], "{moment:?}");
        let stored = log.read_stream(appended.events[0].stream_id, 0, 10).await.unwrap();
        assert_eq!(stored, rows(&appended), "{moment:?}");
        log.append(append(id(), 0, 1)).await.unwrap();
        assert_eq!(assert_dense_and_chained(&direct.database().await).await, 4, "{moment:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_wire_is_cut_in_commit_under_the_exclusive_lock_and_it_is_committed_once() {
    for moment in [Moment::Before, Moment::After] {
        let (direct, behind, proxy) = proxied();
        let (other, log) = (direct.open().await, behind.open().await);
        other.append(append(id(), 0, 1)).await.unwrap();
        proxy.cut_at(Direction::ToTarget, b"COMMIT", moment);
        let appended = timeout(FOUND_OUT, log.append(append(id(), 0, 2))).await.unwrap().unwrap();
        proxy.wait_for_cuts(1, Duration::from_secs(1)).unwrap();
        let positions: Vec<_> = appended.events.iter().map(|event| event.position).collect();
        assert_eq!(positions, [2, 3], "{moment:?}");
        other.append(append(id(), 0, 1)).await.unwrap();
        assert_eq!(assert_dense_and_chained(&direct.database().await).await, 4, "{moment:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_of_request_ids_alone_is_found_out_too() {
    for moment in [Moment::Before, Moment::After] {
        let (direct, behind, proxy) = proxied();
        let log = behind.open().await;
        let stream = id();
        log.append(append(stream, 0, 1)).await.unwrap();
        proxy.cut_at(Direction::ToTarget, b"the caller of the lost request", moment);
        let request_id = id();
        let nothing = asking(append(stream, 1, 0), "the caller of the lost request", request_id);
        let key = nothing.request.clone().unwrap().key;
        match timeout(FOUND_OUT, log.append(nothing)).await.unwrap() {
            Ok(appended) => assert_eq!((appended.version, moment), (1, Moment::Before)),
            Err(AppendError::Repeated(record)) => {
                assert_eq!((record.key.request_id, moment), (request_id, Moment::After))
            }
            Err(error) => panic!("{error}"),
        }
        proxy.wait_for_cuts(1, Duration::from_secs(1)).unwrap();
        assert!(log.confirm(stream, Some(&key)).await.unwrap().1.is_some());
        assert_eq!(assert_dense_and_chained(&direct.database().await).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_whose_deadline_ends_first_is_told_so_and_the_same_request_id_tells_the_outcome() {
    let (direct, behind, proxy) = proxied();
    let accounts: Accounts = Aggregates::<Account>::new(behind.open().await);
    let (account, request_id) = (id(), id());
    run(&accounts, account, Command::Credit(1)).await.unwrap();
    let credit =
        || asked(order(accounts.log(), account, Command::Credit(10)), "crm", request_id, "credit 10");

    proxy.black_hole();
    let started = Instant::now();
    let hurried = Order { deadline: Some(later(300)), ..credit() };
    let refused = accounts.execute(hurried).await.unwrap_err();
    assert!(matches!(refused, ExecuteError::Append(AppendError::OutcomeUnknown)), "{refused}");
    assert!(started.elapsed() < Duration::from_millis(600), "{:?}", started.elapsed());
    proxy.heal();

    let outcome = timeout(FOUND_OUT, accounts.execute(credit())).await.unwrap().unwrap();
    assert_eq!((outcome.state.balance, outcome.version), (11, 2), "credited twice, or never");
    assert!(outcome.repeated, "what was taken is committed by itself");
    assert_eq!(assert_dense_and_chained(&direct.database().await).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn meanwhile_the_other_replica_took_the_positions_and_the_batch_is_decided_anew() {
    let (direct, behind, proxy) = proxied();
    let (other, log) = (direct.open().await, behind.open().await);
    let (mine, theirs) = (id(), id());
    log.append(append(mine, 0, 1)).await.unwrap();
    other.append(append(theirs, 0, 1)).await.unwrap();
    log.append(append(mine, 1, 1)).await.unwrap();

    proxy.black_hole();
    let lost = [append(mine, 2, 1), append(theirs, 1, 1)];
    let lost = lost.map(|append| {
        let log = log.clone();
        tokio::spawn(async move { log.append(append).await })
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    for version in 1..4 {
        timeout(Duration::from_secs(3), other.append(append(theirs, version, 1))).await.unwrap().unwrap();
    }
    proxy.heal();
    let [mine, theirs] = lost;
    let mine = timeout(FOUND_OUT, mine).await.unwrap().unwrap().unwrap();
    let theirs = timeout(FOUND_OUT, theirs).await.unwrap().unwrap().unwrap_err();
    assert_eq!(mine.events[0].position, 7, "after what the other wrote");
    assert!(matches!(theirs, AppendError::VersionConflict { expected: 1, .. }), "{theirs}");
    assert_eq!(assert_dense_and_chained(&direct.database().await).await, 7);
}
