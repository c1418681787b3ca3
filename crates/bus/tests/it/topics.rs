//! Topics are made as the contract says, and refused where they differ.

use std::time::Duration;

use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, ResourceSpecifier};
use rdkafka::client::DefaultClientContext;
use vigie_bus::kafka::State;
use vigie_testkit::Kafka;

use crate::support::{Engine, Place, appended, aside, later, leads, state};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_topics_are_made_as_the_contract_says() {
    let place = Place::new(Engine::Sqlite);
    let log = place.log().await;
    let relay = place.relay(&log).await;
    leads(&relay).await;
    let admin: AdminClient<DefaultClientContext> =
        ClientConfig::new().set("bootstrap.servers", &place.options.brokers[0]).create().unwrap();
    for topic in place.topics.all() {
        let asked = [ResourceSpecifier::Topic(&topic.name)];
        let described =
            admin.describe_configs(&asked, &AdminOptions::new()).await.unwrap().remove(0).unwrap();
        for (key, value) in &topic.settings {
            assert_eq!(described.get(key).unwrap().value.as_ref(), Some(value), "{}: {key}", topic.name);
        }
        assert_eq!(described.get("min.insync.replicas").unwrap().value.as_deref(), Some("1"));
        let metadata = admin.inner().fetch_metadata(Some(&topic.name), Duration::from_secs(5)).unwrap();
        assert_eq!(metadata.topics()[0].partitions().len(), 12);
    }
    relay.shutdown(later(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_with_another_number_of_partitions_stops_the_relay() {
    let place = Place::new(Engine::Sqlite);
    let name = place.state().name;
    aside(move || Kafka::shared().unwrap().create_topic(&name, 3, &[]).unwrap()).await;
    let log = place.log().await;
    let relay = place.relay(&log).await;
    appended(&log, &place.name, 1, 1).await;
    let stopped = state(&relay, "stopped", |state| matches!(state, State::Stopped { .. })).await;
    let State::Stopped { why } = stopped else { unreachable!() };
    assert!(why.contains("has 3 partitions and not 12"), "{why}");
    assert_eq!(place.cursor().await.read().await.unwrap().unwrap().position, 0);
}
