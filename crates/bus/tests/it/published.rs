//! What is on Kafka is the log.

use std::collections::BTreeMap;
use std::time::Duration;

use vigie_testkit::{Kafka, Kcat};

use crate::support::{
    Engine, Place, append, aside, assert_is_the_log, assert_is_the_state, descents, event, id, later, leads,
    read_all,
};

async fn the_log_is_on_both_topics(engine: Engine) {
    let place = Place::new(engine);
    let log = place.log().await;
    let relay = place.relay(&log).await;
    let streams: Vec<_> = (0..20).map(|_| id()).collect();
    for version in 0..10 {
        for stream in &streams {
            let mut event = event(&format!("vigie.{}.happened.v1", place.name));
            if version % 2 == 0 {
                event.on_behalf_of = Some("Zoé".to_owned());
                event.request_id = Some(id());
                event.act_id = Some(id());
                event.traceparent =
                    Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned());
            }
            log.append(append(*stream, version, vec![event])).await.unwrap();
        }
    }
    // Of the log itself: nobody's state.
    log.append(append(id(), 0, vec![event("vigie.log.noted.v1")])).await.unwrap();
    place.carried(&log, Duration::from_secs(20)).await;
    assert_eq!(leads(&relay).await, 1);

    let bootstrap = &place.options.brokers[0];
    let events = read_all(bootstrap, &place.topics.events(), &place.name).await;
    assert_is_the_log(&events, &log).await;
    assert_eq!((events.len(), descents(&events)), (201, 0), "each once, in the order of the log");

    let state = read_all(bootstrap, &place.state(), &place.name).await;
    assert_is_the_state(&state, &log, &place.name).await;
    assert_eq!(descents(&state), 0);
    let partitions: BTreeMap<_, _> =
        events.iter().map(|seen| (seen.event.stream_id, seen.partition)).collect();
    assert!(state.iter().all(|seen| partitions[&seen.event.stream_id] == seen.partition));
    relay.shutdown(later(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_on_both_topics_postgres() {
    the_log_is_on_both_topics(Engine::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_on_both_topics_sqlite() {
    the_log_is_on_both_topics(Engine::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_we_did_not_write_reads_cloud_events() {
    let place = Place::new(Engine::Sqlite);
    let log = place.log().await;
    let relay = place.relay(&log).await;
    let stream = id();
    let events = (0..3).map(|_| event(&format!("vigie.{}.happened.v1", place.name))).collect();
    log.append(append(stream, 0, events)).await.unwrap();
    place.carried(&log, Duration::from_secs(20)).await;

    let topic = place.topics.events().name;
    let records = aside(move || {
        let bootstrap = Kafka::shared().unwrap().bootstrap();
        Kcat::find().unwrap().consume(&bootstrap, &topic, Duration::from_secs(20)).unwrap()
    })
    .await;
    assert_eq!(records.len(), 3);
    for (version, record) in (1..).zip(&records) {
        assert_eq!(record.key.as_deref(), Some(stream.to_string().as_str()));
        assert_eq!(record.payload.as_deref(), Some(r#"{"state":  {"n": 1.0}}"#));
        assert_eq!(record.header("ce_specversion"), Some("1.0"));
        assert_eq!(record.header("ce_sequence"), Some(format!("{version:019}").as_str()));
        assert_eq!(record.header("ce_source"), Some(format!("/vigie/{}/0/{stream}", place.name).as_str()));
        assert_eq!(record.header("content-type"), Some("application/json"));
        assert_eq!(record.header("ce_onbehalfof"), None);
    }
    relay.shutdown(later(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_carried_is_not_carried_again_after_a_restart_in_good_order() {
    let place = Place::new(Engine::Postgres);
    let log = place.log().await;
    for round in 1..=3 {
        let relay = place.relay(&log).await;
        crate::support::appended(&log, &place.name, 5, 4).await;
        place.carried(&log, Duration::from_secs(20)).await;
        assert_eq!(leads(&relay).await, round);
        relay.shutdown(later(5)).await;
    }
    let events = read_all(&place.options.brokers[0], &place.topics.events(), &place.name).await;
    assert_is_the_log(&events, &log).await;
    assert_eq!(events.len(), 60, "each once");
}
