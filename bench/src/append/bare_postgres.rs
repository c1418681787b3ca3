//! A bare batching writer on PostgreSQL: the same rows and bytes, no checks, no hash, no guard.

use std::sync::Arc;
use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::row::{Cursor, KIND, Row};
use crate::harness::{Round, load, text};

const SCHEMA: &str = "
CREATE TABLE bare_events (
    position BIGINT NOT NULL PRIMARY KEY, event_id UUID NOT NULL, shard BIGINT NOT NULL, incarnation BIGINT NOT NULL,
    stream_id UUID NOT NULL, stream_version BIGINT NOT NULL, type TEXT NOT NULL, account_id UUID NOT NULL,
    recorded_at BIGINT NOT NULL, occurred_at BIGINT NOT NULL, actor TEXT NOT NULL, on_behalf_of TEXT,
    channel TEXT NOT NULL, request_id UUID, act_id UUID, traceparent TEXT, payload BYTEA NOT NULL, hash BYTEA NOT NULL
);
CREATE INDEX ON bare_events (stream_id, stream_version);
CREATE TABLE bare_streams (
    stream_id UUID NOT NULL PRIMARY KEY, kind TEXT NOT NULL, version BIGINT NOT NULL
) WITH (fillfactor = 70);
CREATE TABLE single_events (
    position BIGSERIAL PRIMARY KEY, event_id UUID NOT NULL, shard BIGINT NOT NULL, incarnation BIGINT NOT NULL,
    stream_id UUID NOT NULL, stream_version BIGINT NOT NULL, type TEXT NOT NULL, account_id UUID NOT NULL,
    recorded_at BIGINT NOT NULL, occurred_at BIGINT NOT NULL, actor TEXT NOT NULL, on_behalf_of TEXT,
    channel TEXT NOT NULL, request_id UUID, act_id UUID, traceparent TEXT, payload BYTEA NOT NULL, hash BYTEA NOT NULL
);
CREATE INDEX ON single_events (stream_id, stream_version);
";

const BATCH: &str = "
WITH ev AS (
  INSERT INTO bare_events (position, event_id, shard, incarnation, stream_id, stream_version, type, account_id,
    recorded_at, occurred_at, actor, channel, payload, hash)
  SELECT u.position, u.event_id, 0, 1, u.stream_id, u.stream_version, u.type, u.account_id, u.recorded_at,
    u.recorded_at, u.actor, u.channel, u.payload, u.hash
  FROM unnest($1::bigint[], $2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::uuid[], $7::bigint[], $8::text[],
    $9::text[], $10::bytea[], $11::bytea[])
    AS u(position, event_id, stream_id, stream_version, type, account_id, recorded_at, actor, channel, payload, hash)
)
INSERT INTO bare_streams (stream_id, kind, version)
SELECT u.stream_id, $12, u.version FROM unnest($3::uuid[], $4::bigint[]) AS u(stream_id, version)
ON CONFLICT (stream_id) DO UPDATE SET version = excluded.version";

type Item = (Row, oneshot::Sender<()>);

/// The queue in front of the writer.
#[derive(Clone)]
pub struct Writer(mpsc::Sender<Item>);

impl Writer {
    pub async fn start(url: &str) -> Result<Self, String> {
        create_tables(url).await.map_err(text)?;
        let connection = connect(url).await.map_err(text)?;
        let (queue, items) = mpsc::channel(4096);
        tokio::spawn(run(connection, items));
        Ok(Self(queue))
    }

    /// Queues a row and waits for its commit.
    pub async fn write(&self, row: Row) -> Result<(), String> {
        let (done, committed) = oneshot::channel();
        self.0.send((row, done)).await.map_err(text)?;
        committed.await.map_err(text)
    }

    pub async fn round(&self, clients: usize, duration: Duration) -> Result<Round, String> {
        let cursors: Arc<Vec<_>> = Arc::new((0..clients).map(|_| Mutex::new(Cursor::default())).collect());
        let writer = self.clone();
        load(clients, duration, move |client, _| {
            let (writer, cursors) = (writer.clone(), cursors.clone());
            async move {
                let row = cursors.get(client).ok_or("no such client")?.lock().await.next();
                writer.write(row).await
            }
        })
        .await
    }
}

/// A session with the planner settings that the log's writer has.
pub async fn connect(url: &str) -> Result<PgConnection, sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    for setting in ["plan_cache_mode = force_generic_plan", "enable_seqscan = off"] {
        let statement = sqlx::AssertSqlSafe(format!("SET {setting}"));
        sqlx::raw_sql(statement).execute(&mut connection).await?;
    }
    Ok(connection)
}

/// Makes the tables.
pub async fn create_tables(url: &str) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::raw_sql(SCHEMA).execute(&mut connection).await?;
    connection.close().await
}

/// One transaction, one statement: `rows` at the positions from `first_position` on.
pub async fn commit(
    connection: &mut PgConnection,
    rows: &[Row],
    first_position: i64,
) -> Result<(), sqlx::Error> {
    macro_rules! column {
        ($row:ident => $value:expr) => {
            rows.iter().map(|$row| $value).collect::<Vec<_>>()
        };
    }
    sqlx::query(BATCH)
        .bind((first_position..).take(rows.len()).collect::<Vec<i64>>())
        .bind(column!(row => row.event_id))
        .bind(column!(row => row.stream_id))
        .bind(column!(row => row.version))
        .bind(column!(row => row.event_type.as_str()))
        .bind(column!(row => row.account_id))
        .bind(column!(row => row.recorded_at))
        .bind(column!(row => row.actor.as_str()))
        .bind(column!(row => row.channel.as_str()))
        .bind(column!(row => row.payload.as_slice()))
        .bind(column!(row => row.hash.as_slice()))
        .bind(KIND)
        .execute(connection)
        .await
        .map(|_| ())
}

async fn run(mut connection: PgConnection, mut items: mpsc::Receiver<Item>) {
    let mut position = 0_i64;
    while let Some(first) = items.recv().await {
        let mut batch = vec![first];
        while batch.len() < 512 {
            let Ok(item) = items.try_recv() else { break };
            batch.push(item);
        }
        let (rows, done): (Vec<Row>, Vec<_>) = batch.into_iter().unzip();
        let inserted = commit(&mut connection, &rows, position + 1).await;
        position += rows.len() as i64;
        if inserted.is_err() {
            return;
        }
        for done in done {
            let _ = done.send(());
        }
    }
}

/// Every client inserts one row and commits, on a connection of its own.
pub async fn single_inserts(
    connections: &Arc<Vec<Mutex<PgConnection>>>,
    duration: Duration,
) -> Result<Round, String> {
    let cursors: Arc<Vec<_>> = Arc::new(connections.iter().map(|_| Mutex::new(Cursor::default())).collect());
    let connections = connections.clone();
    load(connections.len(), duration, move |client, _| {
        let (connections, cursors) = (connections.clone(), cursors.clone());
        async move {
            let row = cursors.get(client).ok_or("no such client")?.lock().await.next();
            let mut connection = connections.get(client).ok_or("no such client")?.lock().await;
            sqlx::query(
                "INSERT INTO single_events (event_id, shard, incarnation, stream_id, stream_version, type, account_id, \
                 recorded_at, occurred_at, actor, channel, payload, hash) \
                 VALUES ($1, 0, 1, $2, $3, $4, $5, $6, $6, $7, $8, $9, $10)",
            )
            .bind(row.event_id)
            .bind(row.stream_id)
            .bind(row.version)
            .bind(row.event_type)
            .bind(row.account_id)
            .bind(row.recorded_at)
            .bind(row.actor)
            .bind(row.channel)
            .bind(row.payload)
            .bind(row.hash)
            .execute(&mut *connection)
            .await
            .map(|_| ())
            .map_err(|error| error.to_string())
        }
    })
    .await
}
