//! Rule 12: whatever is done to the stored rows, `verify` says where; a cut tail is caught by the anchor outside.

use uuid::Uuid;
use vigie_eventlog::{Anchor, AnchorFile, Checkpoint, EventLog, FindingCode, Report, Value};

use crate::support::{Engine, Place, append, asking, id};

on_both_engines!(
    an_untouched_log_has_no_findings,
    each_stored_column_flipped_in_turn_is_found_at_its_position_and_stream,
    a_deleted_event_is_named,
    a_deleted_stream_is_named,
    a_swapped_pair_is_named,
    a_cut_tail_made_consistent_again_is_caught_by_the_anchor_alone,
    an_anchor_of_another_past_is_found,
);

/// Three streams of four events each, interleaved: position p belongs to stream (p - 1) % 3.
async fn filled(place: &Place) -> (EventLog, [Uuid; 3]) {
    let log = place.open().await;
    let streams = [id(), id(), id()];
    for version in 0..4 {
        for stream in streams {
            let mut append = asking(append(stream, version, 1), "tester", id());
            for event in &mut append.events {
                event.on_behalf_of = Some("somebody".to_owned());
                event.request_id = Some(id());
                event.act_id = Some(id());
                event.traceparent =
                    Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned());
                event.payload = br#"{"what":"it"}"#.to_vec();
            }
            log.append(append).await.unwrap();
        }
    }
    (log, streams)
}

/// The bad deed, past every protection of the tables.
async fn tamper(place: &Place, statements: &[(&'static str, Vec<Value>)]) {
    let database = place.database().await;
    if place.engine() == Engine::Sqlite {
        database.execute("DROP TRIGGER IF EXISTS events_no_update", &[]).await.unwrap();
        database.execute("DROP TRIGGER IF EXISTS events_no_delete", &[]).await.unwrap();
    }
    for (statement, values) in statements {
        let touched = database.execute(*statement, values).await.unwrap();
        assert!(touched > 0, "{statement} touched nothing");
    }
    database.close().await;
}

async fn verified(log: &EventLog) -> Report {
    log.verify(&[], |_| {}).await.unwrap()
}

fn found(report: &Report, code: FindingCode, position: i64, stream: Uuid) -> bool {
    report
        .findings
        .iter()
        .any(|finding| (finding.code, finding.position, finding.stream_id) == (code, position, Some(stream)))
}

async fn an_untouched_log_has_no_findings(place: Place) {
    let (log, _) = filled(&place).await;
    let mut progress = Vec::new();
    let anchors = [Anchor { at: log.clock().now(), head: log.head().await.unwrap() }];
    let report = log.verify(&anchors, |now| progress.push(now.events_done)).await.unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(report.head, log.head().await.unwrap());
    assert_eq!((report.head.position, report.anchors_compared), (12, 1));
    assert_eq!(progress.last(), Some(&12));
}

async fn each_stored_column_flipped_in_turn_is_found_at_its_position_and_stream(place: Place) {
    let (log, streams) = filled(&place).await;
    let position = 5;
    let stream = streams[1];
    // Each with the statement that puts it right again.
    let columns: &[(&'static str, &'static str, &'static str)] = &[
        ("event_id", "UPDATE events SET event_id = $1 WHERE position = 5", "uuid"),
        ("shard", "UPDATE events SET shard = $1 WHERE position = 5", "number"),
        ("incarnation", "UPDATE events SET incarnation = $1 WHERE position = 5", "number"),
        ("stream_id", "UPDATE events SET stream_id = $1 WHERE position = 5", "uuid"),
        ("stream_version", "UPDATE events SET stream_version = $1 WHERE position = 5", "number"),
        ("type", "UPDATE events SET type = $1 WHERE position = 5", "text"),
        ("account_id", "UPDATE events SET account_id = $1 WHERE position = 5", "uuid"),
        ("recorded_at", "UPDATE events SET recorded_at = $1 WHERE position = 5", "number"),
        ("occurred_at", "UPDATE events SET occurred_at = $1 WHERE position = 5", "number"),
        ("actor", "UPDATE events SET actor = $1 WHERE position = 5", "text"),
        ("on_behalf_of", "UPDATE events SET on_behalf_of = $1 WHERE position = 5", "text"),
        ("channel", "UPDATE events SET channel = $1 WHERE position = 5", "text"),
        ("request_id", "UPDATE events SET request_id = $1 WHERE position = 5", "uuid"),
        ("act_id", "UPDATE events SET act_id = $1 WHERE position = 5", "uuid"),
        ("traceparent", "UPDATE events SET traceparent = $1 WHERE position = 5", "text"),
        ("payload", "UPDATE events SET payload = $1 WHERE position = 5", "bytes"),
        ("hash", "UPDATE events SET hash = $1 WHERE position = 5", "bytes"),
    ];
    let written = log.event_at(position).await.unwrap().unwrap();
    for (column, statement, kind) in columns {
        let (before, after) = flipped(&written, column, kind);
        tamper(&place, &[(statement, vec![after])]).await;
        let report = verified(&log).await;
        let at = if *column == "stream_id" { None } else { Some(stream) };
        let named = report
            .findings
            .iter()
            .any(|finding| finding.position == position && (at.is_none() || finding.stream_id == at));
        assert!(named, "{column}: {:?}", report.findings);
        if *column == "stream_id" {
            let torn = report.findings.iter().any(|finding| finding.stream_id == Some(stream));
            assert!(torn, "the stream that lost its event is named: {:?}", report.findings);
        }
        tamper(&place, &[(statement, vec![before])]).await;
        assert_eq!(verified(&log).await.findings, [], "{column} put right again");
    }
}

/// The column's value as it was written, and another one.
fn flipped(event: &vigie_eventlog::RecordedEvent, column: &str, kind: &str) -> (Value, Value) {
    match kind {
        "uuid" => {
            let was = match column {
                "event_id" => event.event_id,
                "stream_id" => event.stream_id,
                "account_id" => event.account_id,
                "request_id" => event.request_id.unwrap(),
                _ => event.act_id.unwrap(),
            };
            (was.into(), Uuid::from_u128(was.as_u128() ^ 1).into())
        }
        "number" => {
            let was = match column {
                "shard" => i64::from(event.shard),
                "incarnation" => event.incarnation,
                "stream_version" => event.stream_version,
                "recorded_at" => event.recorded_at.as_micros(),
                _ => event.occurred_at.as_micros(),
            };
            (was.into(), (was + 40).into())
        }
        "text" => {
            let was = match column {
                "type" => event.event_type.clone(),
                "actor" => event.actor.clone(),
                "on_behalf_of" => event.on_behalf_of.clone().unwrap(),
                "channel" => event.channel.clone(),
                _ => event.traceparent.clone().unwrap(),
            };
            let other = format!("{was}x");
            (was.into(), other.into())
        }
        _ => {
            let was = if column == "hash" { event.hash.0.to_vec() } else { event.payload.clone() };
            let mut other = was.clone();
            other[0] ^= 1;
            (was.into(), other.into())
        }
    }
}

async fn a_deleted_event_is_named(place: Place) {
    let (log, streams) = filled(&place).await;
    tamper(&place, &[("DELETE FROM events WHERE position = 8", vec![])]).await;
    let report = verified(&log).await;
    assert!(found(&report, FindingCode::PositionMissing, 8, streams[1]), "{:?}", report.findings);
}

async fn a_deleted_stream_is_named(place: Place) {
    let (log, streams) = filled(&place).await;
    let gone = streams[2];
    tamper(
        &place,
        &[
            ("DELETE FROM events WHERE stream_id = $1", vec![gone.into()]),
            ("DELETE FROM streams WHERE stream_id = $1", vec![gone.into()]),
        ],
    )
    .await;
    let report = verified(&log).await;
    for position in [3, 6, 9] {
        assert!(found(&report, FindingCode::PositionMissing, position, gone), "{:?}", report.findings);
    }
    let torn = report.findings.iter().any(|finding| finding.code == FindingCode::StreamIncomplete);
    assert!(torn, "the request ids remember the stream: {:?}", report.findings);
}

async fn a_swapped_pair_is_named(place: Place) {
    let (log, streams) = filled(&place).await;
    tamper(
        &place,
        &[
            ("UPDATE events SET position = 1000 WHERE position = 4", vec![]),
            ("UPDATE events SET position = 4 WHERE position = 5", vec![]),
            ("UPDATE events SET position = 5 WHERE position = 1000", vec![]),
        ],
    )
    .await;
    let report = verified(&log).await;
    assert!(found(&report, FindingCode::HashMismatch, 4, streams[1]), "{:?}", report.findings);
    assert!(found(&report, FindingCode::HashMismatch, 5, streams[0]), "{:?}", report.findings);
}

async fn cut_tail(place: &Place) {
    let mut statements: Vec<(&'static str, Vec<Value>)> = vec![
        (
            "DELETE FROM requests WHERE recorded_at >= (SELECT recorded_at FROM events WHERE position = 10)",
            vec![],
        ),
        ("DELETE FROM events WHERE position >= 10", vec![]),
    ];
    statements.push(("UPDATE streams SET version = 3", vec![]));
    tamper(place, &statements).await;
}

async fn a_cut_tail_made_consistent_again_is_caught_by_the_anchor_alone(place: Place) {
    let (log, _) = filled(&place).await;
    let folder = vigie_testkit::Scratch::new("anchor").unwrap();
    let file = AnchorFile::new(folder.path().join("anchors"));
    for position in [6, 12] {
        let head = log.event_at(position).await.unwrap().unwrap().checkpoint();
        file.write(&Anchor { at: log.clock().now(), head }).unwrap();
    }
    cut_tail(&place).await;
    assert_eq!(verified(&log).await.findings, [], "no chain sees its own tail cut off");

    let anchors = file.read().unwrap();
    assert_eq!(anchors.len(), 2);
    let report = log.verify(&anchors, |_| {}).await.unwrap();
    let codes: Vec<_> = report.findings.iter().map(|finding| (finding.code, finding.position)).collect();
    assert_eq!(codes, [(FindingCode::TailCut, 12)]);
}

async fn an_anchor_of_another_past_is_found(place: Place) {
    let (log, streams) = filled(&place).await;
    let mut head: Checkpoint = log.event_at(6).await.unwrap().unwrap().checkpoint();
    head.hash.0[0] ^= 1;
    let report = log.verify(&[Anchor { at: log.clock().now(), head }], |_| {}).await.unwrap();
    assert!(found(&report, FindingCode::AnchorMismatch, 6, streams[2]), "{:?}", report.findings);
}
