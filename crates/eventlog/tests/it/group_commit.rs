//! Rules 1 and 2: one writer commits what is queued as one transaction; positions are dense and in commit order.

use std::collections::BTreeSet;

use futures::future::join_all;
use vigie_eventlog::{AppendError, RecordedEvent};

use crate::support::{Engine, Place, Stall, append, assert_dense_and_chained, event, id};

on_both_engines!(
    sixty_four_appends_at_once_are_dense_versioned_and_chained,
    only_the_conflicting_append_of_a_batch_is_refused,
    appends_decided_on_one_another_stand_in_one_batch_in_their_order,
    an_append_decided_on_one_that_waits_waits_as_well,
    a_batch_is_bounded_and_what_is_over_follows,
);

async fn sixty_four_appends_at_once_are_dense_versioned_and_chained(place: Place) {
    let log = place.open().await;
    let stall = Stall::of(&place).await;
    let appends = (0..64).map(|number| {
        let log = log.clone();
        tokio::spawn(async move {
            let mut append = append(id(), 0, 1 + number % 3);
            for event in &mut append.events {
                event.on_behalf_of = (number % 2 == 0).then(|| "somebody".to_owned());
                event.act_id = (number % 5 == 0).then(id);
                event.payload = format!(r#"{{"number":{number}}}"#).into_bytes();
            }
            log.append(append).await.unwrap()
        })
    });
    let appends: Vec<_> = appends.collect();
    Stall::settle().await;
    stall.end().await;

    let mut positions = BTreeSet::new();
    for appended in join_all(appends).await {
        let appended = appended.unwrap();
        let versions: Vec<_> = appended.events.iter().map(|event| event.stream_version).collect();
        assert_eq!(versions, (1..=appended.version).collect::<Vec<_>>());
        for event in &appended.events {
            assert!(positions.insert(event.position), "{} was given twice", event.position);
            assert_eq!(log.event_at(event.position).await.unwrap().as_ref(), Some(&**event));
        }
    }
    let database = place.database().await;
    let head = assert_dense_and_chained(&database).await;
    assert!(positions.into_iter().eq(1..=head), "what was answered is what is there");
    if place.engine() == Engine::Postgres {
        let rows = database.query("SELECT count(DISTINCT xmin::text) FROM events", &[]).await.unwrap();
        let transactions = rows[0].i64(0).unwrap();
        assert!(transactions <= 3, "64 appends that waited together took {transactions} transactions");
    }
}

async fn only_the_conflicting_append_of_a_batch_is_refused(place: Place) {
    let log = place.open().await;
    let moved = id();
    log.append(append(moved, 0, 2)).await.unwrap();
    let stall = Stall::of(&place).await;
    let good = (0..63).map(|_| log.append(append(id(), 0, 1)));
    let (good, stale, ()) = tokio::join!(join_all(good), log.append(append(moved, 1, 1)), async {
        Stall::settle().await;
        stall.end().await;
    });
    assert!(good.iter().all(Result::is_ok), "{good:?}");
    let refused = stale.unwrap_err();
    assert!(
        matches!(refused, AppendError::VersionConflict { stream_id, expected: 1 } if stream_id == moved),
        "{refused}"
    );
    assert_eq!(assert_dense_and_chained(&place.database().await).await, 2 + 63);
}

async fn appends_decided_on_one_another_stand_in_one_batch_in_their_order(place: Place) {
    let log = place.open().await;
    let stream = id();
    let stall = Stall::of(&place).await;
    let chained = (0..8).map(|version| log.append(append(stream, version, 1)));
    let (chained, ()) = tokio::join!(join_all(chained), async {
        Stall::settle().await;
        stall.end().await;
    });
    let positions: Vec<_> =
        chained.iter().map(|appended| appended.as_ref().unwrap().events[0].position).collect();
    assert_eq!(positions, (1..=8).collect::<Vec<_>>());
    assert_eq!(log.confirm(stream, None).await.unwrap().0, 8);
}

async fn an_append_decided_on_one_that_waits_waits_as_well(place: Place) {
    let log = place.open().await;
    let (first, second) = (id(), id());
    let request_id = id();
    let stall = Stall::of(&place).await;
    // The blocker is taken alone, the others land in the next batch. There `repeats` has to wait for `asks`, whose
    // request id it shares, and `follows` builds on `repeats`, whose caller is another: both go through.
    let (blocker, asks, repeats, follows, ()) = tokio::join!(
        log.append(append(id(), 0, 1)),
        log.append(crate::support::asking(append(first, 0, 1), "a", request_id)),
        log.append(crate::support::asking(append(second, 0, 1), "a", request_id)),
        log.append(append(second, 1, 1)),
        async {
            Stall::settle().await;
            stall.end().await;
        }
    );
    blocker.unwrap();
    asks.unwrap();
    assert!(matches!(repeats, Err(AppendError::Repeated(_))), "{repeats:?}");
    assert!(matches!(follows, Err(AppendError::VersionConflict { expected: 1, .. })), "{follows:?}");
    assert_eq!(assert_dense_and_chained(&place.database().await).await, 2);
}

async fn a_batch_is_bounded_and_what_is_over_follows(place: Place) {
    let log = place.open().await;
    let stall = Stall::of(&place).await;
    let appends = (0..1500).map(|_| log.append(append(id(), 0, 1)));
    let (appends, ()) = tokio::join!(join_all(appends), async {
        Stall::settle().await;
        stall.end().await;
    });
    assert!(appends.iter().all(Result::is_ok));
    let database = place.database().await;
    assert_eq!(assert_dense_and_chained(&database).await, 1500);
    if place.engine() == Engine::Postgres {
        let rows = database
            .query("SELECT max(n) FROM (SELECT count(*) AS n FROM events GROUP BY xmin::text) AS t", &[])
            .await
            .unwrap();
        assert!(rows[0].i64(0).unwrap() <= 512);
    }
}

#[test]
fn no_column_can_change_without_the_chain_telling() {
    let new = event();
    let row = RecordedEvent {
        position: 3,
        event_id: new.event_id,
        shard: 0,
        incarnation: 1,
        stream_id: id(),
        stream_version: 2,
        event_type: "ab".to_owned(),
        account_id: new.account_id,
        recorded_at: vigie_clock::Timestamp::from_micros(5),
        occurred_at: vigie_clock::Timestamp::from_micros(4),
        actor: "c".to_owned(),
        on_behalf_of: None,
        channel: "API".to_owned(),
        request_id: None,
        act_id: None,
        traceparent: None,
        payload: b"{}".to_vec(),
        hash: vigie_eventlog::Hash::default(),
    };
    let previous = vigie_eventlog::Hash([9; 32]);
    let changes: Vec<fn(&mut RecordedEvent)> = vec![
        |row| row.position += 1,
        |row| row.event_id = id(),
        |row| row.shard += 1,
        |row| row.incarnation += 1,
        |row| row.stream_id = id(),
        |row| row.stream_version += 1,
        |row| row.event_type.push('x'),
        |row| row.account_id = id(),
        |row| row.recorded_at = vigie_clock::Timestamp::from_micros(6),
        |row| row.occurred_at = vigie_clock::Timestamp::from_micros(6),
        |row| row.actor.push('x'),
        |row| row.on_behalf_of = Some(String::new()),
        |row| row.channel.push('x'),
        |row| row.request_id = Some(id()),
        |row| row.act_id = Some(id()),
        |row| row.traceparent = Some(String::new()),
        |row| row.payload.push(b' '),
    ];
    let mut seen =
        BTreeSet::from([row.chained(&previous).0, row.chained(&vigie_eventlog::Hash::default()).0]);
    for (number, change) in changes.iter().enumerate() {
        let mut changed = row.clone();
        change(&mut changed);
        assert!(seen.insert(changed.chained(&previous).0), "change {number} goes unseen");
    }
    // The same bytes, cut into columns elsewhere.
    let (mut left, mut right) = (row.clone(), row);
    (left.actor, left.channel) = ("ab".to_owned(), "c".to_owned());
    (right.actor, right.channel) = ("a".to_owned(), "bc".to_owned());
    assert_ne!(left.chained(&previous), right.chained(&previous));
}
