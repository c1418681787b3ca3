//! Rule 11: before an append is taken, an expired deadline or a disconnect cancels it; after that nothing does.

use std::time::Duration;

use tokio::time::{Instant, timeout};
use vigie_eventlog::AppendError;

use crate::support::{Place, Stall, append, id, later};

on_both_engines!(
    a_deadline_that_is_over_already_leaves_nothing,
    a_deadline_that_ends_in_the_queue_leaves_nothing,
    a_deadline_that_ends_after_it_was_taken_leaves_the_outcome_open_and_it_is_committed,
    a_caller_who_leaves_before_it_was_taken_leaves_nothing,
    a_caller_who_leaves_after_it_was_taken_leaves_it_committed,
    what_is_queued_at_close_is_committed_and_later_appends_are_refused,
);

async fn a_deadline_that_is_over_already_leaves_nothing(place: Place) {
    let log = place.open().await;
    for _ in 0..50 {
        let mut late = append(id(), 0, 1);
        late.deadline = Some(Instant::now() - Duration::from_millis(1));
        assert!(matches!(log.append(late).await, Err(AppendError::Expired)));
    }
    assert_eq!(log.append(append(id(), 0, 1)).await.unwrap().events[0].position, 1);
}

async fn a_deadline_that_ends_in_the_queue_leaves_nothing(place: Place) {
    let log = place.open().await;
    let stall = Stall::of(&place).await;
    let taken = tokio::spawn({
        let log = log.clone();
        async move { log.append(append(id(), 0, 1)).await }
    });
    Stall::settle().await;
    let mut queued = append(id(), 0, 1);
    queued.deadline = Some(later(100));
    let started = Instant::now();
    assert!(matches!(log.append(queued).await, Err(AppendError::Expired)));
    assert!(started.elapsed() < Duration::from_millis(400), "{:?}", started.elapsed());
    stall.end().await;
    taken.await.unwrap().unwrap();
    assert_eq!(log.append(append(id(), 0, 1)).await.unwrap().events[0].position, 2);
}

async fn a_deadline_that_ends_after_it_was_taken_leaves_the_outcome_open_and_it_is_committed(place: Place) {
    let log = place.open().await;
    let stream = id();
    let stall = Stall::of(&place).await;
    let mut taken = append(stream, 0, 1);
    taken.deadline = Some(later(150));
    assert!(matches!(log.append(taken).await, Err(AppendError::OutcomeUnknown)));
    stall.end().await;
    let next = timeout(Duration::from_secs(5), log.append(append(id(), 0, 1))).await.unwrap().unwrap();
    assert_eq!(next.events[0].position, 2);
    assert_eq!(log.confirm(stream, None).await.unwrap().0, 1);
}

async fn a_caller_who_leaves_before_it_was_taken_leaves_nothing(place: Place) {
    let log = place.open().await;
    let stall = Stall::of(&place).await;
    let spawn =
        |log: vigie_eventlog::EventLog| tokio::spawn(async move { log.append(append(id(), 0, 1)).await });
    let taken = spawn(log.clone());
    Stall::settle().await;
    let queued = spawn(log.clone());
    Stall::settle().await;
    queued.abort();
    assert!(queued.await.unwrap_err().is_cancelled());
    stall.end().await;
    taken.await.unwrap().unwrap();
    assert_eq!(log.append(append(id(), 0, 1)).await.unwrap().events[0].position, 2);
}

async fn a_caller_who_leaves_after_it_was_taken_leaves_it_committed(place: Place) {
    let log = place.open().await;
    let stream = id();
    let stall = Stall::of(&place).await;
    let taken = tokio::spawn({
        let log = log.clone();
        async move { log.append(append(stream, 0, 1)).await }
    });
    Stall::settle().await;
    taken.abort();
    assert!(taken.await.unwrap_err().is_cancelled());
    stall.end().await;
    assert_eq!(log.append(append(id(), 0, 1)).await.unwrap().events[0].position, 2);
    assert_eq!(log.confirm(stream, None).await.unwrap().0, 1);
}

async fn what_is_queued_at_close_is_committed_and_later_appends_are_refused(place: Place) {
    let log = place.open().await;
    let stall = Stall::of(&place).await;
    let queued: Vec<_> = (0..20)
        .map(|_| {
            let log = log.clone();
            tokio::spawn(async move { log.append(append(id(), 0, 1)).await })
        })
        .collect();
    Stall::settle().await;
    let ((), ()) = tokio::join!(log.close(later(5000)), async {
        Stall::settle().await;
        assert!(matches!(log.append(append(id(), 0, 1)).await, Err(AppendError::Unavailable(_))));
        stall.end().await;
    });
    for queued in queued {
        queued.await.unwrap().unwrap();
    }
    drop(log);
    assert_eq!(place.open().await.head().await.unwrap().position, 20);
}
