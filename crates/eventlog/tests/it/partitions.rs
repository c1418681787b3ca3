//! Rule 16: events are partitioned by ranges of positions, and the next range is there before it is needed.

use std::time::Duration;

use futures::future::join_all;
use sqlx::{Connection as _, PgConnection};
use tokio::time::timeout;
use uuid::Uuid;

use crate::support::{Engine, Place, append, id};

const BORDER: i64 = 10_000_000;

/// A log whose head is `position`, as if it had grown that far.
async fn grown_to(position: i64) -> (Place, Uuid) {
    let place = Place::new(Engine::Postgres);
    place.open().await.close(crate::support::later(5000)).await;
    let stream = id();
    let database = place.database().await;
    let event = "INSERT INTO events SELECT $1, $2, 0, 1, $2, 1, 'test.thing.happened.v1', $2, 1, 1, 'tester', NULL, 'API', \
                 NULL, NULL, NULL, ''::bytea, decode(repeat('ab', 32), 'hex')";
    database.execute(event, &[position.into(), stream.into()]).await.unwrap();
    let row = "INSERT INTO streams (stream_id, kind, version) VALUES ($1, 'thing', 1)";
    database.execute(row, &[stream.into()]).await.unwrap();
    (place, stream)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn appends_and_reads_go_across_the_border_of_a_partition() {
    let (place, stream) = grown_to(BORDER - 10).await;
    let log = place.open().await;
    let appends = (1..=30).map(|version| log.append(append(stream, version, 1)));
    assert!(join_all(appends).await.iter().all(Result::is_ok));
    // One append with events on both sides of the border.
    let second_border = grown_to(BORDER - 3).await.0;
    let both = second_border.open().await.append(append(id(), 0, 5)).await.unwrap();
    assert_eq!(both.events[4].position, BORDER + 2);

    let events = log.read(BORDER - 10, 100).await.unwrap();
    assert!(events.iter().map(|event| event.position).eq(BORDER - 9..=BORDER + 20));
    assert_eq!(log.read_stream(stream, 0, 100).await.unwrap().len(), 31);
    assert_eq!(log.head().await.unwrap().position, BORDER + 20);
    let database = place.database().await;
    let sizes = "SELECT (SELECT count(*) FROM events_0), (SELECT count(*) FROM events_1)";
    let rows = database.query(sizes, &[]).await.unwrap();
    assert_eq!((rows[0].i64(0).unwrap(), rows[0].i64(1).unwrap()), (1 + 9, 21));
    let indexes =
        "SELECT count(*) FROM pg_indexes WHERE schemaname = current_schema() AND tablename = 'events_1'";
    let rows = database.query(indexes, &[]).await.unwrap();
    assert_eq!(rows[0].i64(0).unwrap(), 2, "the new partition has the keys of the old");

    log.close(crate::support::later(5000)).await;
    let reopened = place.open().await;
    assert_eq!(reopened.append(append(stream, 31, 1)).await.unwrap().events[0].position, BORDER + 21);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_reach_the_border_together() {
    let (place, _) = grown_to(BORDER - 20).await;
    let (a, b) = (place.open().await, place.open().await);
    let appends = (0..40).map(|number| {
        let log = if number % 2 == 0 { a.clone() } else { b.clone() };
        tokio::spawn(async move { log.append(append(id(), 0, 1)).await })
    });
    for appended in join_all(appends).await {
        appended.unwrap().unwrap();
    }
    assert_eq!(a.read(BORDER - 20, 100).await.unwrap().len(), 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_dump_neither_holds_the_new_partition_up_nor_is_held_up_by_it() {
    let (place, stream) = grown_to(BORDER - 2).await;
    let mut dump = PgConnection::connect(place.url()).await.unwrap();
    let begin = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT count(*) FROM {}.events",
        place.schema()
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(begin)).execute(&mut dump).await.unwrap();
    let log = place.open().await;
    for version in 1..=5 {
        let appended = timeout(Duration::from_secs(1), log.append(append(stream, version, 1))).await;
        appended.expect("waits for the dump").unwrap();
    }
    let again = format!("SELECT count(*) FROM {}.events", place.schema());
    let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(again)).fetch_one(&mut dump).await.unwrap();
    assert_eq!(count, 1, "the dump sees what was there when it began");
}
