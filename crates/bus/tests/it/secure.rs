//! TLS, SCRAM and rights, on a broker that asks.

use std::sync::Arc;
use std::time::Duration;

use vigie_bus::kafka::{Protocol, Security, State};
use vigie_chassis::config::Secret;
use vigie_testkit::{Kafka, Right, Scratch};

use crate::support::{Engine, Place, appended, aside, assert_is_the_log, later, leads, read_all, state};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_shows_who_it_is_and_waits_for_the_rights_that_it_lacks() {
    let kafka = Arc::new(aside(|| Kafka::start_secure().unwrap()).await);
    let mut place = Place::on(Engine::Sqlite, kafka.plain());
    let scratch = Scratch::new("secure").unwrap();
    let file = scratch.path().join("password");
    std::fs::write(&file, "correct horse\n").unwrap();
    place.options.brokers = vec![kafka.bootstrap()];
    place.options.security = Security {
        protocol: Protocol::SaslTls,
        ca_file: Some(kafka.ca_file().to_owned()),
        user: Some("relay".to_owned()),
        password: Some(Secret { file }),
        ..Security::default()
    };
    let topics = [place.topics.events(), place.state()];
    let broker = kafka.clone();
    let made = topics.clone();
    // The administrator makes the topics: this relay has no right to.
    aside(move || {
        for topic in &made {
            let settings: Vec<_> = topic.settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
            broker.plain().create_topic(&topic.name, 12, &settings).unwrap();
        }
        broker.add_user("relay", "correct horse").unwrap();
    })
    .await;
    let log = place.log().await;
    appended(&log, &place.name, 3, 3).await;
    let relay = place.relay(&log).await;
    let waiting = state(&relay, "waiting", |state| matches!(state, State::Waiting { .. })).await;
    println!("{waiting:?}");

    let broker = kafka.clone();
    let id = format!("vigie-relay-{}-0", place.name);
    let [events, states] = topics.clone().map(|topic| topic.name);
    aside(move || {
        broker
            .allow("relay", &[Right::WriteTopic(&events), Right::WriteTopic(&states), Right::Transact(&id)])
            .unwrap();
    })
    .await;
    leads(&relay).await;
    place.carried(&log, Duration::from_secs(20)).await;
    let events = read_all(&kafka.plain().bootstrap(), &place.topics.events(), &place.name).await;
    assert_is_the_log(&events, &log).await;
    relay.shutdown(later(5)).await;
}
