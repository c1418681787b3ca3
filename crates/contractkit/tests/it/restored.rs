//! The log's own event on every topic of events, held against its schema, which is written by hand: the log makes the
//! event without a type of its own.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::mpsc;
use vigie_clock::{SystemClock, SystemIds};
use vigie_contractkit::EventSchema;
use vigie_eventlog::backup::{RESTORED_EVENT, restore};
use vigie_eventlog::{EventLog, Location, Options};

#[tokio::test]
async fn the_event_of_a_restore_has_exactly_the_fields_of_its_schema() {
    let folder = tempfile::tempdir().unwrap();
    let options = |name: &str| Options::new(Location::Sqlite(folder.path().join(name)));
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    let log = EventLog::open(options("before.db"), clock.clone(), ids.clone()).await.unwrap();
    let (pieces, mut taken) = mpsc::channel(4);
    let mut bytes = Vec::new();
    let (backed_up, ()) = tokio::join!(log.backup(pieces), async {
        while let Some(piece) = taken.recv().await {
            bytes.extend(piece.bytes);
        }
    });
    backed_up.unwrap();
    let file = folder.path().join("backup");
    std::fs::write(&file, bytes).unwrap();

    restore(&file, options("after.db"), clock.clone(), ids.clone(), |_| {}).await.unwrap();
    let log = EventLog::open(options("after.db"), clock, ids).await.unwrap();
    let event = log.event_at(1).await.unwrap().unwrap();
    assert_eq!(event.event_type, RESTORED_EVENT);
    let payload: Value = serde_json::from_slice(&event.payload).unwrap();

    let schemas = EventSchema::all(&["vigie.log."]);
    let [schema] = schemas.as_slice() else { panic!("one event is the log's own") };
    assert_eq!(schema.event_type, RESTORED_EVENT);
    let said: Vec<_> = payload.as_object().unwrap().keys().map(|field| (field.as_str(), true)).collect();
    assert_eq!(schema.fields(), said);
    assert_eq!(schema.personal(), [""; 0], "it is about nobody");
}
