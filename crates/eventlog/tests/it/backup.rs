//! Rule 13: a backup holds exact rows for either engine; a restore starts a new incarnation that readers notice.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;
use uuid::Uuid;
use vigie_clock::{SystemClock, SystemIds};
use vigie_eventlog::backup::{Error, RESTORED_EVENT, named_in, restore, restore_above};
use vigie_eventlog::{Anchor, Checkpoint, DirectoryOp, EventLog, Options, ReadError};
use vigie_testkit::Scratch;

use crate::support::{Engine, Place, append, asking, id};

on_both_engines!(
    a_restored_log_has_the_same_rows_and_goes_on_in_a_new_incarnation,
    a_restore_may_begin_above_incarnations_that_others_have_seen,
    a_backup_says_which_log_it_is_of,
    a_reader_ahead_of_the_restore_stops_loudly,
    a_log_that_is_not_empty_is_not_overwritten,
    a_damaged_or_torn_file_is_refused_whole,
    request_ids_and_keys_are_restored,
    anchors_of_what_a_restore_gave_up_are_superseded,
);

async fn backup_file(log: &EventLog, scratch: &Scratch) -> std::path::PathBuf {
    let (pieces, mut taken) = mpsc::channel(4);
    let mut bytes = Vec::new();
    let (backed_up, ()) = tokio::join!(log.backup(pieces), async {
        while let Some(piece) = taken.recv().await {
            bytes.extend(piece.bytes);
        }
    });
    backed_up.unwrap();
    let path = scratch.path().join("backup");
    std::fs::write(&path, bytes).unwrap();
    path
}

async fn restored(file: &std::path::Path, place: &Place) -> Result<Checkpoint, Error> {
    let options = Options::new(place.location.clone());
    restore(file, options, Arc::new(SystemClock), Arc::new(SystemIds), |_| {}).await
}

async fn filled(place: &Place, events: i64) -> (EventLog, Uuid) {
    let log = place.open().await;
    let stream = id();
    for version in 0..events {
        let mut append = append(stream, version, 1);
        for event in &mut append.events {
            event.payload = vec![0, 0xff, b'\'', b'"', b'\n'];
        }
        log.append(append).await.unwrap();
    }
    (log, stream)
}

async fn a_backup_says_which_log_it_is_of(place: Place) {
    let options = Options { name: "routing".to_owned(), ..Options::new(place.location.clone()) };
    let log = EventLog::open(options, Arc::new(SystemClock), Arc::new(SystemIds)).await.unwrap();
    log.append(append(id(), 0, 1)).await.unwrap();
    let scratch = Scratch::new("backup").unwrap();
    let file = backup_file(&log, &scratch).await;
    assert_eq!(named_in(&file).await.unwrap().as_deref(), Some("routing"));

    // As it was written before logs had names.
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replacen("\"log\":\"routing\",", "", 1)).unwrap();
    assert_eq!(named_in(&file).await.unwrap(), None);
    std::fs::write(&file, "{}").unwrap();
    assert!(matches!(named_in(&file).await, Err(Error::Malformed { line: 1, .. })));
}

/// An empty place on the other engine: the file does not know where it came from.
fn other(place: &Place) -> Place {
    Place::new(match place.engine() {
        Engine::Sqlite => Engine::Postgres,
        Engine::Postgres => Engine::Sqlite,
    })
}

async fn a_restored_log_has_the_same_rows_and_goes_on_in_a_new_incarnation(place: Place) {
    let (log, stream) = filled(&place, 20).await;
    let scratch = Scratch::new("backup").unwrap();
    let file = backup_file(&log, &scratch).await;
    for target in [Place::new(place.engine()), other(&place)] {
        let head = restored(&file, &target).await.unwrap();
        assert_eq!((head.incarnation, head.position), (2, 21));
        let copy = target.open().await;
        assert_eq!(copy.read(0, 20).await.unwrap(), log.read(0, 100).await.unwrap());
        let marker = copy.event_at(21).await.unwrap().unwrap();
        assert_eq!(marker.event_type, RESTORED_EVENT);
        let next = copy.append(append(stream, 20, 1)).await.unwrap();
        assert_eq!((next.events[0].position, next.events[0].incarnation), (22, 2));
        assert_eq!(copy.verify(&[], |_| {}).await.unwrap().findings, []);
    }
}

async fn a_restore_may_begin_above_incarnations_that_others_have_seen(place: Place) {
    let (log, _) = filled(&place, 3).await;
    let scratch = Scratch::new("backup").unwrap();
    let file = backup_file(&log, &scratch).await;
    for (above, incarnation) in [(0, 2), (1, 2), (5, 6)] {
        let target = Place::new(place.engine());
        let options = Options::new(target.location.clone());
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(SystemIds));
        let head = restore_above(&file, above, options, clock, ids, |_| {}).await.unwrap();
        assert_eq!((head.incarnation, head.position), (incarnation, 4));
        let copy = target.open().await;
        let marker = copy.event_at(4).await.unwrap().unwrap();
        let payload: serde_json::Value = serde_json::from_slice(&marker.payload).unwrap();
        assert_eq!((&payload["incarnation"], &payload["restored_up_to"]), (&incarnation.into(), &3.into()));
    }
}

async fn a_reader_ahead_of_the_restore_stops_loudly(place: Place) {
    let (log, stream) = filled(&place, 10).await;
    let scratch = Scratch::new("backup").unwrap();
    let file = backup_file(&log, &scratch).await;
    for version in 10..15 {
        log.append(append(stream, version, 1)).await.unwrap();
    }
    let ahead = log.head().await.unwrap();
    let behind = log.event_at(7).await.unwrap().unwrap().checkpoint();

    let target = Place::new(place.engine());
    restored(&file, &target).await.unwrap();
    let copy = target.open().await;
    // Dense again beyond the reader's position: by numbers alone it would go on and skip five events.
    for version in 10..25 {
        copy.append(append(stream, version, 1)).await.unwrap();
    }
    let refused = copy.subscribe(ahead).next_batch(10).await.unwrap_err();
    assert!(
        matches!(refused, ReadError::CheckpointRefused { position: 15, incarnation: 1, .. }),
        "{refused}"
    );
    assert!(refused.to_string().contains("Rebuild"), "it says what to do: {refused}");
    let goes_on = copy.subscribe(behind).next_batch(10).await.unwrap();
    assert_eq!(goes_on[0].position, 8, "what both pasts share is no reason to stop");
}

async fn a_log_that_is_not_empty_is_not_overwritten(place: Place) {
    let (log, _) = filled(&place, 3).await;
    let scratch = Scratch::new("backup").unwrap();
    let file = backup_file(&log, &scratch).await;
    log.close(Instant::now() + Duration::from_secs(5)).await;
    drop(log);
    let refused = restored(&file, &place).await.unwrap_err();
    assert!(matches!(refused, Error::NotEmpty(3)), "{refused:?}");
}

async fn a_damaged_or_torn_file_is_refused_whole(place: Place) {
    let (log, _) = filled(&place, 5).await;
    let scratch = Scratch::new("backup").unwrap();
    let file = backup_file(&log, &scratch).await;
    let whole = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = whole.lines().collect();
    let torn = lines[..lines.len() - 1].join("\n") + "\n";
    let without_one = [&lines[..3], &lines[4..]].concat().join("\n") + "\n";
    let changed = whole.replacen("\"actor\":\"tester\"", "\"actor\":\"nobody\"", 1);
    let trailing = format!("{whole}{}\n", lines[1]);
    let target = Place::new(place.engine());
    for (what, text) in [
        ("torn", torn),
        ("an event missing", without_one),
        ("changed", changed),
        ("more after the end", trailing),
        ("not a backup", "{}\n".to_owned()),
    ] {
        std::fs::write(&file, text).unwrap();
        let refused = restored(&file, &target).await.unwrap_err();
        assert!(matches!(refused, Error::Malformed { .. }), "{what}: {refused}");
    }
    std::fs::write(&file, whole).unwrap();
    restored(&file, &target).await.unwrap();
}

async fn request_ids_and_keys_are_restored(place: Place) {
    let log = place.open().await;
    let (stream, request_id) = (id(), id());
    let mut first = asking(append(stream, 0, 1), "tester", request_id);
    first.directory = vec![
        DirectoryOp::Reserve { kind: "number", key: "+33639980001".to_owned() },
        DirectoryOp::Link { kind: "group", key: "g".to_owned() },
    ];
    let key = first.request.as_ref().unwrap().key.clone();
    log.append(first).await.unwrap();
    let scratch = Scratch::new("backup").unwrap();
    let file = backup_file(&log, &scratch).await;
    let target = other(&place);
    restored(&file, &target).await.unwrap();
    let copy = target.open().await;
    let (version, known) = copy.confirm(stream, Some(&key)).await.unwrap();
    assert_eq!((version, known.map(|record| record.stream_id)), (1, Some(stream)));
    assert_eq!(copy.key_holder("number", "+33639980001").await.unwrap(), Some(stream));
    assert_eq!(copy.key_members("group", "g", 10).await.unwrap(), [stream]);
}

async fn anchors_of_what_a_restore_gave_up_are_superseded(place: Place) {
    let (log, stream) = filled(&place, 10).await;
    let scratch = Scratch::new("backup").unwrap();
    let file = backup_file(&log, &scratch).await;
    log.append(append(stream, 10, 1)).await.unwrap();
    let mut anchors = Vec::new();
    for position in [5, 11] {
        let head = log.event_at(position).await.unwrap().unwrap().checkpoint();
        anchors.push(Anchor { at: log.clock().now(), head });
    }
    let target = Place::new(place.engine());
    restored(&file, &target).await.unwrap();
    let report = target.open().await.verify(&anchors, |_| {}).await.unwrap();
    assert_eq!(report.findings, []);
    assert_eq!((report.anchors_compared, report.anchors_superseded), (1, 1));
}
