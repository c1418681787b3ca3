//! A bare batching writer on SQLite: the same rows and bytes, no checks, no hash.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection as _, SqliteConnection};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::row::{Cursor, KIND, Row};
use crate::harness::{Round, load};

const SCHEMA: &str = "
CREATE TABLE events (
    position INTEGER NOT NULL PRIMARY KEY, event_id BLOB NOT NULL, shard INTEGER NOT NULL, incarnation INTEGER NOT NULL,
    stream_id BLOB NOT NULL, stream_version INTEGER NOT NULL, type TEXT NOT NULL, account_id BLOB NOT NULL,
    recorded_at INTEGER NOT NULL, occurred_at INTEGER NOT NULL, actor TEXT NOT NULL, on_behalf_of TEXT,
    channel TEXT NOT NULL, request_id BLOB, act_id BLOB, traceparent TEXT, payload BLOB NOT NULL, hash BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX events_by_stream ON events (stream_id, stream_version);
CREATE TABLE streams (stream_id BLOB NOT NULL PRIMARY KEY, kind TEXT NOT NULL, version INTEGER NOT NULL)
    STRICT, WITHOUT ROWID;
";

type Item = (Row, oneshot::Sender<()>);

/// The queue in front of the writer.
pub struct Writer(mpsc::Sender<Item>);

impl Writer {
    pub async fn start(path: &Path) -> Result<Self, String> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let mut connection =
            SqliteConnection::connect_with(&options).await.map_err(|error| error.to_string())?;
        sqlx::raw_sql(SCHEMA).execute(&mut connection).await.map_err(|error| error.to_string())?;
        let (queue, items) = mpsc::channel(4096);
        tokio::spawn(async move {
            // A writer that fails ends; its clients see that it is gone.
            let _ = run(connection, items).await;
        });
        Ok(Self(queue))
    }

    pub async fn round(&self, clients: usize, duration: Duration) -> Result<Round, String> {
        let cursors: Arc<Vec<_>> = Arc::new((0..clients).map(|_| Mutex::new(Cursor::default())).collect());
        let queue = self.0.clone();
        load(clients, duration, move |client, _| {
            let (queue, cursors) = (queue.clone(), cursors.clone());
            async move {
                let row = cursors.get(client).ok_or("no such client")?.lock().await.next();
                let (done, committed) = oneshot::channel();
                queue.send((row, done)).await.map_err(|error| error.to_string())?;
                committed.await.map_err(|error| error.to_string())
            }
        })
        .await
    }
}

/// The texts of multi-row statements for 1, 2, 4, … 64 rows.
fn texts(prefix: &str, columns: usize, suffix: &str) -> Vec<&'static str> {
    let texts = (0..=6).map(|power| {
        let row = |row: usize| {
            let marks: Vec<_> = (1..=columns).map(|column| format!("?{}", row * columns + column)).collect();
            format!("({})", marks.join(","))
        };
        let rows: Vec<_> = (0..1 << power).map(row).collect();
        &*Box::leak(format!("{prefix} VALUES {} {suffix}", rows.join(",")).into_boxed_str())
    });
    texts.collect()
}

async fn run(mut connection: SqliteConnection, mut items: mpsc::Receiver<Item>) -> Result<(), sqlx::Error> {
    let event_texts = texts(
        "INSERT INTO events (position, event_id, shard, incarnation, stream_id, stream_version, type, account_id, \
         recorded_at, occurred_at, actor, on_behalf_of, channel, request_id, act_id, traceparent, payload, hash)",
        18,
        "",
    );
    let stream_texts = texts(
        "INSERT INTO streams (stream_id, kind, version)",
        3,
        "ON CONFLICT (stream_id) DO UPDATE SET version = excluded.version",
    );
    let mut position = 0_i64;
    while let Some(first) = items.recv().await {
        let mut batch = vec![first];
        while batch.len() < 512 {
            let Ok(item) = items.try_recv() else { break };
            batch.push(item);
        }
        sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await?;
        let (mut rows, done): (Vec<Row>, Vec<_>) = batch.into_iter().unzip();
        while !rows.is_empty() {
            let power = (rows.len().ilog2() as usize).min(6);
            let rest = rows.split_off(1 << power);
            let chunk = std::mem::replace(&mut rows, rest);
            let (Some(event_text), Some(stream_text)) = (event_texts.get(power), stream_texts.get(power))
            else {
                continue;
            };
            let mut streams = sqlx::query(*stream_text);
            for row in &chunk {
                streams = streams.bind(row.stream_id).bind(KIND).bind(row.version);
            }
            let mut events = sqlx::query(*event_text);
            for row in chunk {
                position += 1;
                events = events
                    .bind(position)
                    .bind(row.event_id)
                    .bind(0_i64)
                    .bind(1_i64)
                    .bind(row.stream_id)
                    .bind(row.version)
                    .bind(row.event_type)
                    .bind(row.account_id)
                    .bind(row.recorded_at)
                    .bind(row.recorded_at)
                    .bind(row.actor)
                    .bind(None::<String>)
                    .bind(row.channel)
                    .bind(None::<uuid::Uuid>)
                    .bind(None::<uuid::Uuid>)
                    .bind(None::<String>)
                    .bind(row.payload)
                    .bind(row.hash);
            }
            events.execute(&mut connection).await?;
            streams.execute(&mut connection).await?;
        }
        sqlx::query("COMMIT").execute(&mut connection).await?;
        for done in done {
            let _ = done.send(());
        }
    }
    Ok(())
}
