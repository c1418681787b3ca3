//! Streams that wait behind an event which a view could not take in (rule 23): the others go on.
//!
//! Only the place is kept here, never the events: a retry reads the stream from the log again, from the event that it
//! waits behind. So nothing grows while a stream waits, and topics may expire meanwhile.

use std::collections::BTreeMap;

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::Error;
use crate::database::{Database, MigrationText, Row, Transaction, Value};
use crate::event::RecordedEvent;

/// The tables of parked streams; among the migrations of every view that [parks](super::Projection::PARKS).
pub const PARKED_STREAMS: MigrationText = MigrationText {
    version: 1001,
    description: "parked streams",
    postgres: include_str!("../../migrations/views/postgres/1001_parked_streams.sql"),
    sqlite: include_str!("../../migrations/views/sqlite/1001_parked_streams.sql"),
};

/// Streams parked at once, at most: with more, it is not the events that are wrong.
pub const PARKED_MAX: usize = 1_000;

/// Characters of a reason that are kept.
const WHY_MAX: usize = 500;

const COLUMNS: &str = "stream_id, event_id, stream_version, event_type, position, recorded_at, why, waiting";

/// A stream that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParkedStream {
    /// The stream.
    pub stream_id: Uuid,
    /// The event that it waits behind.
    pub event_id: Uuid,
    /// That event's version in the stream.
    pub stream_version: i64,
    /// That event's type.
    pub event_type: String,
    /// That event's position in the log.
    pub position: i64,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// Why the view could not take it in.
    pub why: String,
    /// Events that came after it so far.
    pub waiting: i64,
}

/// Who lets an event pass by, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// The event that this person looked at: another one is not passed by, whatever the stream waits behind meanwhile.
    pub event_id: Uuid,
    /// Who.
    pub by: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// How a retry ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    /// The stream goes on.
    Goes,
    /// No such stream waits.
    NotParked,
    /// The event that it waits behind can still not be taken in; nothing was changed.
    StillParked,
    /// It went on as far as a later event that cannot be taken in either, and waits behind that one now.
    ParkedAgain,
    /// It waits behind another event than the one to let pass by; nothing was changed.
    OtherEvent,
}

/// An event that could not be taken in.
pub(super) struct Poison {
    pub(super) event_id: Uuid,
    pub(super) why: String,
}

/// What is left of a batch.
pub(super) struct Left {
    /// The events that can be taken in; `None` for all of them.
    pub(super) clean: Option<Vec<RecordedEvent>>,
    /// Streams that wait after the batch.
    pub(super) parked: usize,
}

/// Parks the streams of `poison`, and counts what comes behind parked ones.
pub(super) async fn set_aside(
    transaction: &mut Transaction,
    events: &[RecordedEvent],
    poison: &[Poison],
) -> Result<Left, Error> {
    let mut parked = parked_ids(transaction).await?;
    if parked.is_empty() && poison.is_empty() {
        return Ok(Left { clean: None, parked: 0 });
    }
    let mut clean = Vec::with_capacity(events.len());
    let mut waiting: BTreeMap<Uuid, i64> = BTreeMap::new();
    for event in events {
        if let Some(version) = parked.get(&event.stream_id) {
            // Redelivered from before the place where it waits: the view has it, and says so itself.
            if event.stream_version < *version {
                clean.push(event.clone());
            } else if event.stream_version > *version {
                *waiting.entry(event.stream_id).or_default() += 1;
            }
        } else if let Some(poison) = poison.iter().find(|poison| poison.event_id == event.event_id) {
            if parked.len() >= PARKED_MAX {
                return Err(Error::TooManyParked);
            }
            park(transaction, event, &poison.why, 0).await?;
            parked.insert(event.stream_id, event.stream_version);
        } else {
            clean.push(event.clone());
        }
    }
    for (stream_id, count) in waiting {
        let sql = "UPDATE parked_streams SET waiting = waiting + $1 WHERE stream_id = $2";
        // Whoever releases it holds the checkpoint, as this transaction does: it was taken away by other means.
        if transaction.execute(sql, &[count.into(), stream_id.into()]).await? != 1 {
            return Err(Error::CheckpointMoved);
        }
    }
    Ok(Left { clean: Some(clean), parked: parked.len() })
}

async fn parked_ids(transaction: &mut Transaction) -> Result<BTreeMap<Uuid, i64>, sqlx::Error> {
    let limit = i64::try_from(PARKED_MAX).unwrap_or(i64::MAX);
    let sql = "SELECT stream_id, stream_version FROM parked_streams LIMIT $1";
    let rows = transaction.query(sql, &[limit.into()]).await?;
    rows.iter().map(|row| Ok((row.uuid(0)?, row.i64(1)?))).collect()
}

async fn park(
    transaction: &mut Transaction,
    event: &RecordedEvent,
    why: &str,
    waiting: i64,
) -> Result<(), sqlx::Error> {
    let sql = "INSERT INTO parked_streams (stream_id, event_id, stream_version, event_type, position, recorded_at, why, \
               waiting) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let why: String = why.chars().take(WHY_MAX).collect();
    let values: [Value; 8] = [
        event.stream_id.into(),
        event.event_id.into(),
        event.stream_version.into(),
        event.event_type.as_str().into(),
        event.position.into(),
        event.recorded_at.as_micros().into(),
        why.into(),
        waiting.into(),
    ];
    transaction.execute(sql, &values).await.map(drop)
}

/// At most `limit` streams that wait, in order of the position that they wait behind, after position `after`.
pub(super) async fn list(
    database: &Database,
    after: i64,
    limit: usize,
) -> Result<Vec<ParkedStream>, sqlx::Error> {
    let sql = format!("SELECT {COLUMNS} FROM parked_streams WHERE position > $1 ORDER BY position LIMIT $2");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = database.query(sqlx::AssertSqlSafe(sql), &[after.into(), limit.into()]).await?;
    rows.iter().map(parked_stream).collect()
}

fn parked_stream(row: &Row) -> Result<ParkedStream, sqlx::Error> {
    Ok(ParkedStream {
        stream_id: row.uuid(0)?,
        event_id: row.uuid(1)?,
        stream_version: row.i64(2)?,
        event_type: row.text(3)?,
        position: row.i64(4)?,
        recorded_at: Timestamp::from_micros(row.i64(5)?),
        why: row.text(6)?,
        waiting: row.i64(7)?,
    })
}

/// The stream, if it waits. Whoever changes it holds the view's checkpoint.
pub(super) async fn find(
    transaction: &mut Transaction,
    stream_id: Uuid,
) -> Result<Option<ParkedStream>, sqlx::Error> {
    let sql = format!("SELECT {COLUMNS} FROM parked_streams WHERE stream_id = $1");
    let rows = transaction.query(sqlx::AssertSqlSafe(sql), &[stream_id.into()]).await?;
    rows.first().map(parked_stream).transpose()
}

/// How many streams wait: at most [`PARKED_MAX`] rows.
pub(super) async fn count(database: &Database) -> Result<usize, sqlx::Error> {
    let rows = database.query("SELECT COUNT(*) FROM parked_streams", &[]).await?;
    let count = rows.first().ok_or(sqlx::Error::RowNotFound)?.i64(0)?;
    Ok(usize::try_from(count).unwrap_or(0))
}

/// The stream waits no more.
pub(super) async fn let_go(transaction: &mut Transaction, stream_id: Uuid) -> Result<(), sqlx::Error> {
    let sql = "DELETE FROM parked_streams WHERE stream_id = $1";
    transaction.execute(sql, &[stream_id.into()]).await.map(drop)
}

/// The stream went on and waits behind `event` now.
pub(super) async fn park_again(
    transaction: &mut Transaction,
    parked: &ParkedStream,
    event: &RecordedEvent,
    why: &str,
) -> Result<(), sqlx::Error> {
    let_go(transaction, parked.stream_id).await?;
    // Of those that came so far, the ones that are still behind it; the view may not have read as far as the event.
    let waiting = (parked.stream_version + parked.waiting - event.stream_version).max(0);
    park(transaction, event, why, waiting).await
}

/// Forgets that streams wait: the view begins anew.
pub(crate) async fn forget(transaction: &mut Transaction) -> Result<(), sqlx::Error> {
    transaction.execute("DELETE FROM parked_streams", &[]).await.map(drop)
}
