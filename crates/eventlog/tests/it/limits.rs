//! Rule 3: bytes are limited at append, before the queue; and the queue is bounded.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio::time::timeout;
use vigie_clock::SystemClock;
use vigie_eventlog::{AppendError, Limits, Options};

use crate::support::{Place, Stall, append, id};

on_both_engines!(
    what_is_too_large_is_refused_before_the_queue,
    a_text_counts_as_much_as_a_payload,
    a_full_queue_refuses_at_once,
);

const AT_ONCE: Duration = Duration::from_millis(100);

async fn what_is_too_large_is_refused_before_the_queue(place: Place) {
    let log = place.open().await;
    let limits = Limits::default();
    let stall = Stall::of(&place).await;

    let mut large_event = append(id(), 0, 1);
    large_event.events[0].payload = vec![b'x'; limits.event_bytes_max + 1];
    let refused = timeout(AT_ONCE, log.append(large_event)).await.unwrap().unwrap_err();
    assert!(matches!(refused, AppendError::TooLarge { what: "event", .. }), "{refused}");

    let mut large_command = append(id(), 0, limits.append_bytes_max / limits.event_bytes_max + 1);
    for event in &mut large_command.events {
        event.payload = vec![b'x'; limits.event_bytes_max - 100];
    }
    let refused = timeout(AT_ONCE, log.append(large_command.clone())).await.unwrap().unwrap_err();
    assert!(matches!(refused, AppendError::TooLarge { what: "command", .. }), "{refused}");

    stall.end().await;
    large_command.events.pop();
    let appended = log.append(large_command).await.unwrap();
    assert_eq!(appended.events[0].position, 1, "what was refused left nothing");
}

async fn a_text_counts_as_much_as_a_payload(place: Place) {
    let log = place.open().await;
    let mut append = append(id(), 0, 1);
    append.events[0].traceparent = Some("0".repeat(Limits::default().event_bytes_max));
    let refused = log.append(append).await.unwrap_err();
    assert!(matches!(refused, AppendError::TooLarge { what: "event", .. }), "{refused}");
}

async fn a_full_queue_refuses_at_once(place: Place) {
    let mut options = Options::new(place.location.clone());
    options.limits.queue_max = 4;
    let log = place.open_with(options, Arc::new(SystemClock)).await;
    let stall = Stall::of(&place).await;
    let taken = tokio::spawn({
        let log = log.clone();
        async move { log.append(append(id(), 0, 1)).await }
    });
    Stall::settle().await;
    let queued = join_all((0..4).map(|_| log.append(append(id(), 0, 1))));
    let (queued, full, ()) = tokio::join!(queued, timeout(AT_ONCE, log.append(append(id(), 0, 1))), async {
        Stall::settle().await;
        stall.end().await;
    });
    assert!(matches!(full.unwrap(), Err(AppendError::QueueFull)));
    assert!(queued.iter().all(Result::is_ok), "{queued:?}");
    taken.await.unwrap().unwrap();
    assert_eq!(log.head().await.unwrap().position, 5);
}
