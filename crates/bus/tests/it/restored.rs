//! A log whose past is not the one that was carried (rule 13).

use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use vigie_bus::kafka::State;
use vigie_clock::{SystemClock, SystemIds};
use vigie_eventlog::{Checkpoint, EventLog, Hash, Location};
use vigie_testkit::Scratch;

use crate::support::{Engine, Place, appended, later, leads, read_all, state};

const STOPPED: fn(&State) -> bool = |state| matches!(state, State::Stopped { .. });

fn why(state: State) -> String {
    match state {
        State::Stopped { why } => why,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn backup(log: &EventLog, file: &std::path::Path) {
    let (pieces, mut taken) = tokio::sync::mpsc::channel(4);
    let write = async {
        let mut out = tokio::fs::File::create(file).await.unwrap();
        while let Some(piece) = taken.recv().await {
            let piece: vigie_eventlog::backup::Piece = piece;
            out.write_all(&piece.bytes).await.unwrap();
        }
        out.flush().await.unwrap();
    };
    let (backed_up, ()) = tokio::join!(log.backup(pieces), write);
    backed_up.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restored_log_is_not_carried_until_a_person_says_from_where() {
    let place = Place::new(Engine::Sqlite);
    let log = place.log().await;
    let relay = place.relay(&log).await;
    appended(&log, &place.name, 3, 3).await;
    place.carried(&log, Duration::from_secs(20)).await;
    let scratch = Scratch::new("restored").unwrap();
    let file = scratch.path().join("backup");
    backup(&log, &file).await;
    appended(&log, &place.name, 3, 3).await;
    place.carried(&log, Duration::from_secs(20)).await;
    relay.shutdown(later(5)).await;
    log.close(later(5)).await;

    let location = Location::Sqlite(scratch.path().join("log.db"));
    let options = vigie_eventlog::Options::new(location.clone());
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
    vigie_eventlog::backup::restore(&file, options, clock, ids, |_| {}).await.unwrap();
    let restored = Place::at(location, &place.name, &place.options.brokers[0], None);
    let log = restored.log().await;
    let relay = restored.relay(&log).await;
    let why = why(state(&relay, "stopped", STOPPED).await);
    assert!(why.contains("restored") && why.contains("vigie log resync"), "{why}");
    appended(&log, &place.name, 1, 3).await;
    relay.shutdown(later(5)).await;
    let (bootstrap, topic) = (&place.options.brokers[0], place.topics.events());
    let before = read_all(bootstrap, &topic, &place.name).await;
    assert_eq!(before.len(), 18, "nothing of the new life was carried");

    // What a person has done by then is not the relay's to know.
    let restored_at = log.event_at(10).await.unwrap().unwrap();
    assert_eq!(restored_at.event_type, vigie_eventlog::backup::RESTORED_EVENT);
    restored.cursor().await.set(restored_at.checkpoint()).await.unwrap();
    let relay = restored.relay(&log).await;
    restored.carried(&log, Duration::from_secs(20)).await;
    let after = read_all(bootstrap, &topic, &place.name).await;
    assert_eq!(after.len(), 21);
    assert!(after.iter().filter(|seen| seen.event.incarnation == 2).all(|seen| seen.event.position > 10));
    relay.shutdown(later(5)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_that_is_not_in_the_log_stops_the_running_relay() {
    let place = Place::new(Engine::Postgres);
    let log = place.log().await;
    let relay = place.relay(&log).await;
    appended(&log, &place.name, 3, 3).await;
    place.carried(&log, Duration::from_secs(20)).await;
    leads(&relay).await;
    let elsewhere = Checkpoint { incarnation: 1, position: 5, hash: Hash([1; 32]) };
    place.cursor().await.set(elsewhere).await.unwrap();
    let why = why(state(&relay, "stopped", STOPPED).await);
    assert!(why.contains("position 5") && why.contains("vigie log resync"), "{why}");
    relay.shutdown(later(5)).await;
    assert_eq!(place.cursor().await.read().await.unwrap(), Some(elsewhere), "it stays for a person to see");
}
