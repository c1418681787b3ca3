//! `vigie log resync` of a log whose streams are about several kinds of entity: each is put right on its own state topic.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;
use vigie_bus::Record;
use vigie_bus::kafka::resync::Outcome;
use vigie_clock::{SystemClock, SystemIds};
use vigie_eventlog::{EventLog, Hash, backup};
use vigie_testkit::Scratch;

use crate::restored::backup as back_up;
use crate::resync::{run, send, told};
use crate::support::{Engine, Place, append, appended, event, later};

const ENTITIES: [&str; 2] = ["account", "person"];

/// Begins to carry and ends when all is carried.
async fn carry(place: &Place, log: &EventLog) {
    let relay = place.relay(log).await;
    place.carried(log, Duration::from_secs(20)).await;
    relay.shutdown(later(5)).await;
}

/// The newest event of each stream about the entity.
async fn newest(place: &Place, log: &EventLog, entity: &str) -> BTreeMap<Uuid, Hash> {
    let prefix = format!("vigie.{}.", place.entity(entity));
    let events = log.read(0, 10_000).await.unwrap().into_iter();
    events
        .filter(|event| event.event_type.starts_with(&prefix))
        .map(|event| (event.stream_id, event.hash))
        .collect()
}

/// What somebody has who took everything in: of a stream the highest (incarnation, sequence) wins.
async fn shown(place: &Place, topic: &str) -> BTreeMap<Uuid, Hash> {
    let mut table = BTreeMap::new();
    for (stream, told) in told(place, topic).await {
        let there = table.entry(stream).or_insert(told);
        if (told.incarnation, told.sequence) >= (there.incarnation, there.sequence) {
            *there = told;
        }
    }
    table.into_iter().filter_map(|(stream, told)| Some((stream, told.state?))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_stream_is_put_right_on_the_topic_of_its_entity_and_gone_from_others() {
    let place = Place::new(Engine::Sqlite).about(&ENTITIES);
    let log = place.log().await;
    let happened = |entity: &str| event(&format!("vigie.{}.happened.v1", place.entity(entity)));
    let accounts = appended(&log, &place.entity("account"), 2, 2).await;
    appended(&log, &place.entity("person"), 2, 2).await;
    carry(&place, &log).await;
    let home = Scratch::new("resync").unwrap();
    let file = home.path().join("backup");
    back_up(&log, &file).await;

    // After the backup an account goes on, a person is born, and somebody shows an account among the persons.
    log.append(append(accounts[0], 2, vec![happened("account")])).await.unwrap();
    appended(&log, &place.entity("person"), 1, 1).await;
    carry(&place, &log).await;
    let misplaced = log.read_stream(accounts[1], 1, 1).await.unwrap().remove(0);
    let record = Record::of(&misplaced, &place.name);
    let headers = record.headers.iter().map(|(name, value)| (name.to_string(), value.to_vec())).collect();
    let [_, persons] = <[_; 2]>::try_from(place.topics.states()).unwrap();
    send(&place, &persons.name, &record.key, headers, Some(&misplaced.payload)).await;
    log.close(later(5)).await;

    let fresh = Place::new(Engine::Sqlite);
    let restored =
        Place::at(fresh.location.clone(), &place.name, &place.options.brokers[0], None).about(&ENTITIES);
    let options = vigie_eventlog::Options::new(restored.location.clone());
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    backup::restore(&file, options, clock, ids, |_| {}).await.unwrap();
    let log = restored.log().await;
    let report = match run(&restored, &log).await.unwrap() {
        Outcome::Resynced(report) => report,
        other => panic!("{other:?}"),
    };
    assert_eq!((report.streams, report.mended, report.withdrawn), (6, 1, 2));
    assert_eq!((report.cursor.position, report.foreign), (8, 0));

    log.append(append(accounts[0], 2, vec![happened("account")])).await.unwrap();
    carry(&restored, &log).await;
    for (topic, entity) in restored.topics.states().iter().zip(ENTITIES) {
        let expected = newest(&restored, &log, entity).await;
        assert_eq!(expected.len(), 2, "{entity}");
        assert_eq!(shown(&restored, &topic.name).await, expected, "{entity}");
    }
}
