//! Health, reflection, and the order of stopping.

use std::time::{Duration, Instant};

use tonic::Code;
use tonic_health::pb::health_client::HealthClient;
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus};
use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
use tonic_reflection::pb::v1::server_reflection_response::MessageResponse;
use tonic_reflection::pb::v1::{ServerReflectionRequest, ServerReflectionResponse};
use vigie_chassis::error::Reason;
use vigie_chassis::server;
use vigie_proto::log::FeedRequest;

use crate::stub::limit;
use crate::world::{World, get, reason, soon, with_token};

async fn health(world: &World, service: &str) -> ServingStatus {
    let request = HealthCheckRequest { service: service.to_owned() };
    let answer = HealthClient::new(world.channel().await).check(request).await.unwrap();
    answer.into_inner().status()
}

async fn becomes(world: &World, status: ServingStatus) {
    soon(async {
        while health(world, "vigie.log.v1.LogService").await != status {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn readiness_shows_everywhere() {
    let world = World::start().await;
    let register = world.readiness.check("register");
    becomes(&world, ServingStatus::NotServing).await;
    register.fail("no answer for 3 s");
    assert_eq!(get(world.admin, "/readyz").await, (503, "register: no answer for 3 s\n".to_owned()));
    assert_eq!(get(world.admin, "/livez").await.0, 200);

    register.pass();
    becomes(&world, ServingStatus::Serving).await;
    assert_eq!(health(&world, "").await, ServingStatus::Serving);
    assert_eq!(get(world.admin, "/readyz").await, (200, "ready\n".to_owned()));
}

#[tokio::test]
async fn an_unknown_service_has_a_reason_too() {
    let world = World::start().await;
    let request = HealthCheckRequest { service: "nobody".to_owned() };
    let status = HealthClient::new(world.channel().await).check(request).await.unwrap_err();
    assert_eq!(reason(&status), Some(Reason::NotFound));
}

#[tokio::test]
async fn reflection_lists_what_is_served_and_no_more() {
    let world = World::start().await;
    let list = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut client = ServerReflectionClient::new(world.channel().await);
    let mut answers =
        client.server_reflection_info(futures::stream::iter([list])).await.unwrap().into_inner();
    let answer: ServerReflectionResponse = answers.message().await.unwrap().unwrap();
    let Some(MessageResponse::ListServicesResponse(list)) = answer.message_response else {
        panic!("{answer:?}")
    };
    let mut names: Vec<_> = list.service.into_iter().map(|service| service.name).collect();
    names.sort();
    let expected = [
        "grpc.health.v1.Health",
        "grpc.reflection.v1.ServerReflection",
        "grpc.reflection.v1alpha.ServerReflection",
        "vigie.log.v1.LogService",
    ];
    assert_eq!(names, expected);
}

#[tokio::test]
async fn stopping_lets_calls_end_and_ends_streams() {
    let world = World::start().await;
    let token = world.operator();
    let mut client = world.client().await;
    let follow = FeedRequest { limit: limit::FOLLOW, ..FeedRequest::default() };
    let mut following = client.feed(with_token(follow, &token)).await.unwrap().into_inner();
    following.message().await.unwrap().unwrap();

    let slow = {
        let mut client = client.clone();
        let request = FeedRequest { limit: limit::SLOW, ..FeedRequest::default() };
        let request = with_token(request, &token);
        tokio::spawn(async move { client.feed(request).await })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    world.shutdown.cancel();

    let status = soon(following.message()).await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (Code::Unavailable, Some(Reason::Unavailable)));
    soon(slow).await.unwrap().unwrap();
    let address = world.address;
    drop((client, following));
    soon(world.stop()).await.unwrap();
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn readiness_goes_first_when_stopping() {
    let world = World::start_with(|options| server::Options { lame_duck_ms: 500, ..options }).await;
    world.shutdown.cancel();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(get(world.admin, "/readyz").await.0, 503);
    // New calls are still served meanwhile.
    soon(world.feed(&world.operator(), limit::TELL)).await.unwrap();
    soon(world.stop()).await.unwrap();
}

#[tokio::test]
async fn draining_is_bounded() {
    let world = World::start_with(|options| server::Options { drain_ms: 300, ..options }).await;
    let mut client = world.client().await;
    let request = with_token(FeedRequest { limit: limit::HANG, ..FeedRequest::default() }, &world.operator());
    let hanging = tokio::spawn(async move { client.feed(request).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let began = Instant::now();
    soon(world.stop()).await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(3));
    hanging.abort();
}
