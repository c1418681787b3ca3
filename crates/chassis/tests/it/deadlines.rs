//! Deadlines hold, and say so.

use std::time::{Duration, Instant};

use tonic::Code;
use vigie_chassis::error::Reason;
use vigie_proto::log::FeedRequest;

use crate::raw::{call, framed};
use crate::stub::{FEED, limit};
use crate::world::{World, reason, soon};

async fn feed(world: &World, timeout: &str, limit: i64) -> (Vec<u8>, tonic::Status) {
    let authorization = format!("Bearer {}", world.operator());
    let headers = [("authorization", authorization.as_str()), ("grpc-timeout", timeout)];
    let body = framed(&FeedRequest { limit, ..FeedRequest::default() });
    soon(call(world.address, FEED, &headers, body)).await
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_ended_with_deadline_exceeded() {
    let world = World::start().await;
    // Often, because tonic's own timer (CANCELLED) rings in the same millisecond.
    for timeout_ms in 20..60 {
        let began = Instant::now();
        let (_, status) = feed(&world, &format!("{timeout_ms}m"), limit::HANG).await;
        assert_eq!(status.code(), Code::DeadlineExceeded, "{status:?}");
        assert_eq!(reason(&status), Some(Reason::DeadlineExceeded));
        assert!(began.elapsed() >= Duration::from_millis(timeout_ms));
    }
}

#[tokio::test]
async fn a_stream_is_ended_too() {
    let world = World::start().await;
    let began = Instant::now();
    let (events, status) = feed(&world, "100m", limit::FOLLOW).await;
    assert!(!events.is_empty(), "what came before the deadline is kept");
    assert_eq!((status.code(), reason(&status)), (Code::DeadlineExceeded, Some(Reason::DeadlineExceeded)));
    assert!(began.elapsed() >= Duration::from_millis(100));
}

#[tokio::test]
async fn a_deadline_that_has_passed_is_refused_on_arrival() {
    let world = World::start().await;
    let (_, status) = feed(&world, "0n", limit::TELL).await;
    assert_eq!((status.code(), reason(&status)), (Code::DeadlineExceeded, Some(Reason::DeadlineExceeded)));
}

#[tokio::test]
async fn a_deadline_that_cannot_be_read_is_refused() {
    let world = World::start().await;
    let (_, status) = feed(&world, "soon", limit::TELL).await;
    assert_eq!(reason(&status), Some(Reason::InvalidArgument));
}

#[tokio::test]
async fn the_handler_knows_its_deadline() {
    let world = World::start().await;
    let (event, status) = feed(&world, "5S", limit::TELL).await;
    assert_eq!(status.code(), Code::Ok);
    assert!(String::from_utf8_lossy(&event).ends_with("true"));
}
