//! Two contexts on one broker, carried by one process: each has its topics, its lease and its producers.

use std::collections::BTreeSet;
use std::time::Duration;

use uuid::Uuid;
use vigie_bus::Topic;
use vigie_eventlog::EventLog;

use crate::support::{
    Engine, Place, appended, assert_is_the_log, assert_is_the_state, descents, later, leads, read_all,
};

const ENTITIES: [&str; 3] = ["account", "person", "contact_point"];

struct Context {
    place: Place,
    log: EventLog,
}

impl Context {
    async fn new(engine: Engine, entities: &[&str]) -> Self {
        let mut place = Place::new(engine).about(entities);
        // Who loses a lease here loses it to the other log, and not because the machine is busy.
        place.options.lease_ttl_ms = 20_000;
        place.options.delivery_timeout_ms = 10_000;
        place.options.transaction_timeout_ms = 20_000;
        let log = place.log().await;
        Self { place, log }
    }

    /// So many streams about each of the entities, of three events each, and one stream about something that has no state.
    async fn append(&self, entities: &[&str], streams: usize) {
        for entity in entities {
            appended(&self.log, &self.place.entity(entity), streams, 3).await;
        }
        appended(&self.log, "log", 1, 1).await;
    }

    async fn is_on_its_topics(&self, entities: &[&str]) {
        let Self { place, log } = self;
        let bootstrap = &place.options.brokers[0];
        let events = read_all(bootstrap, &place.topics.events(), &place.name).await;
        assert_is_the_log(&events, log).await;
        assert_eq!(descents(&events), 0, "each once, in the order of the log");
        let states = place.topics.states();
        assert_eq!(states.len(), entities.len());
        for (topic, entity) in states.iter().zip(entities) {
            assert_eq!(topic.name, format!("vigie.{}.state.v1", place.entity(entity)));
            let state = read_all(bootstrap, topic, &place.name).await;
            assert_is_the_state(&state, log, &place.entity(entity)).await;
            assert!(!state.is_empty(), "{}", topic.name);
        }
    }

    async fn streams_on(&self, topic: &Topic) -> BTreeSet<Uuid> {
        let seen = read_all(&self.place.options.brokers[0], topic, &self.place.name).await;
        seen.into_iter().map(|seen| seen.event.stream_id).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_logs_are_carried_beside_each_other_and_states_go_by_entity() {
    let routing = Context::new(Engine::Postgres, &ENTITIES).await;
    let notices = Context::new(Engine::Sqlite, &["notice"]).await;
    let relays = (routing.place.relay(&routing.log).await, notices.place.relay(&notices.log).await);
    let epochs = (leads(&relays.0).await, leads(&relays.1).await);
    for _ in 0..3 {
        tokio::join!(routing.append(&ENTITIES, 3), notices.append(&["notice"], 5));
    }
    routing.place.carried(&routing.log, Duration::from_secs(20)).await;
    notices.place.carried(&notices.log, Duration::from_secs(20)).await;
    assert_eq!((leads(&relays.0).await, leads(&relays.1).await), epochs, "neither fenced the other");
    relays.0.shutdown(later(5)).await;
    relays.1.shutdown(later(5)).await;

    routing.is_on_its_topics(&ENTITIES).await;
    notices.is_on_its_topics(&["notice"]).await;
    for topic in routing.place.topics.states() {
        assert_eq!(routing.streams_on(&topic).await.len(), 9, "{}", topic.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_one_relay_leaves_the_other_alone() {
    let routing = Context::new(Engine::Sqlite, &ENTITIES).await;
    let notices = Context::new(Engine::Sqlite, &["notice"]).await;
    let steady = notices.place.relay(&notices.log).await;
    let epoch = leads(&steady).await;
    for _ in 0..3 {
        let relay = routing.place.relay(&routing.log).await;
        leads(&relay).await;
        tokio::join!(routing.append(&ENTITIES, 1), notices.append(&["notice"], 1));
        routing.place.carried(&routing.log, Duration::from_secs(20)).await;
        relay.shutdown(later(5)).await;
    }
    notices.place.carried(&notices.log, Duration::from_secs(20)).await;
    assert_eq!(leads(&steady).await, epoch, "the same lease all the time");
    steady.shutdown(later(5)).await;
    routing.is_on_its_topics(&ENTITIES).await;
    notices.is_on_its_topics(&["notice"]).await;
}
