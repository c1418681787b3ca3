//! Every status that leaves carries a reason, whoever made it.

use tonic::Code;
use vigie_chassis::error::Reason;
use vigie_proto::log::FeedRequest;

use crate::raw::{call, framed, prefixed};
use crate::stub::{FEED, limit};
use crate::world::{World, reason, soon, with_token};

#[tokio::test]
async fn a_panic_is_an_internal_error_and_the_server_lives_on() {
    let world = World::start().await;
    let token = world.operator();
    for panics in [limit::PANIC, limit::PANIC_LATER] {
        let status = soon(world.feed(&token, panics)).await.unwrap_err();
        assert_eq!((status.code(), reason(&status)), (Code::Internal, Some(Reason::Internal)));
        assert!(!status.message().contains("on purpose"));
    }
    soon(world.feed(&token, limit::TELL)).await.unwrap();
}

#[tokio::test]
async fn a_message_that_is_too_large_is_refused_whole_or_in_pieces() {
    let world = World::start().await;
    let (account, token) = (vec![7; 1024 * 1024], world.operator());
    let after = vigie_proto::log::Checkpoint { hash: account, ..Default::default() };
    let request = FeedRequest { after: Some(after), ..FeedRequest::default() };
    let status = soon(world.client().await.feed(with_token(request, &token))).await.unwrap_err();
    assert_eq!(
        (status.code(), reason(&status)),
        (Code::InvalidArgument, Some(Reason::TooLarge)),
        "{status:?}"
    );
    soon(world.feed(&token, limit::TELL)).await.unwrap();
}

#[tokio::test]
async fn a_message_just_within_the_bound_passes() {
    let world = World::start().await;
    let after = vigie_proto::log::Checkpoint { hash: vec![7; 1024 * 1024 - 32], ..Default::default() };
    let request = FeedRequest { after: Some(after), limit: limit::TELL, ..FeedRequest::default() };
    soon(world.client().await.feed(with_token(request, &world.operator()))).await.unwrap();
}

#[tokio::test]
async fn an_announced_length_is_enough_to_refuse() {
    let world = World::start().await;
    let authorization = format!("Bearer {}", world.operator());
    let announced = vec![0, 0xff, 0xff, 0xff, 0xff, 1, 2, 3].into();
    let (_, status) =
        soon(call(world.address, FEED, &[("authorization", authorization.as_str())], announced)).await;
    assert_eq!(reason(&status), Some(Reason::TooLarge));
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_sent() {
    let world = World::start().await;
    let status = soon(world.feed(&world.operator(), limit::TOO_MUCH)).await.unwrap_err();
    assert_eq!(reason(&status), Some(Reason::TooLarge));
}

#[tokio::test]
async fn a_message_that_cannot_be_decoded_is_the_callers_fault() {
    let world = World::start().await;
    let authorization = format!("Bearer {}", world.operator());
    let headers = [("authorization", authorization.as_str())];
    let (_, status) = soon(call(world.address, FEED, &headers, prefixed(&[0xff; 9]))).await;
    assert_eq!((status.code(), reason(&status)), (Code::InvalidArgument, Some(Reason::MalformedMessage)));
}

#[tokio::test]
async fn tonics_own_refusals_carry_a_reason() {
    let world = World::start().await;
    let body = framed(&FeedRequest::default());
    for path in ["/vigie.log.v1.LogService/Erase", "/nobody.Knows/This", "/"] {
        let (_, status) = soon(call(world.address, path, &[], body.clone())).await;
        assert_eq!((status.code(), reason(&status)), (Code::Unimplemented, Some(Reason::Unimplemented)));
    }
    let authorization = format!("Bearer {}", world.operator());
    let headers = [("authorization", authorization.as_str()), ("grpc-encoding", "gzip")];
    let compressed = [&[1], &body[1..]].concat().into();
    let (_, status) = soon(call(world.address, FEED, &headers, compressed)).await;
    assert!(status.code() != Code::Ok && reason(&status).is_some(), "{status:?}");
}

#[tokio::test]
async fn a_handlers_bare_status_gets_a_reason_and_keeps_its_code() {
    let world = World::start().await;
    let status = soon(world.feed(&world.operator(), limit::BARE_STATUS)).await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (Code::FailedPrecondition, Some(Reason::Unspecified)));
    assert_eq!(status.message(), "bare");
}
