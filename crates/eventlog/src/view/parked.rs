//! Streams that wait behind an event which a view could not take in (rule 23): the others go on.
//!
//! Only the place is kept here, never the events: a retry reads the stream from the log again, from the event that it
//! waits behind. So nothing grows while a stream waits, and topics may expire meanwhile.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::{Error, Feed, Outlook, Projection};
use crate::database::{Database, MigrationText, Row, Transaction, Value};
use crate::event::RecordedEvent;

/// The tables of parked streams; among the migrations of every view that [parks](Projection::PARKS).
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

/// Events of a stream that a retry takes in at once.
const PAGE: usize = 256;

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
    /// It waits on, perhaps behind a later event.
    StillParked,
}

/// An event that could not be taken in.
pub(super) struct Poison {
    pub(super) event_id: Uuid,
    pub(super) why: String,
}

/// Parks the streams of `poison`, and counts what comes behind parked ones. Answers the events that can be taken in;
/// `None` for all of them.
pub(super) async fn set_aside(
    transaction: &mut Transaction,
    events: &[RecordedEvent],
    poison: &[Poison],
) -> Result<Option<Vec<RecordedEvent>>, Error> {
    let mut parked = parked_ids(transaction).await?;
    if parked.is_empty() && poison.is_empty() {
        return Ok(None);
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
            park(transaction, event, &poison.why).await?;
            parked.insert(event.stream_id, event.stream_version);
        } else {
            clean.push(event.clone());
        }
    }
    for (stream_id, count) in waiting {
        let sql = "UPDATE parked_streams SET waiting = waiting + $1 WHERE stream_id = $2";
        // Released by somebody else at this very moment: its events are to be looked at again.
        if transaction.execute(sql, &[count.into(), stream_id.into()]).await? != 1 {
            return Err(Error::CheckpointMoved);
        }
    }
    Ok(Some(clean))
}

async fn parked_ids(transaction: &mut Transaction) -> Result<BTreeMap<Uuid, i64>, sqlx::Error> {
    let limit = i64::try_from(PARKED_MAX).unwrap_or(i64::MAX);
    let sql = "SELECT stream_id, stream_version FROM parked_streams LIMIT $1";
    let rows = transaction.query(sql, &[limit.into()]).await?;
    rows.iter().map(|row| Ok((row.uuid(0)?, row.i64(1)?))).collect()
}

async fn park(transaction: &mut Transaction, event: &RecordedEvent, why: &str) -> Result<(), sqlx::Error> {
    let sql = "INSERT INTO parked_streams (stream_id, event_id, stream_version, event_type, position, recorded_at, why, \
               waiting) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)";
    let why: String = why.chars().take(WHY_MAX).collect();
    let values: [Value; 7] = [
        event.stream_id.into(),
        event.event_id.into(),
        event.stream_version.into(),
        event.event_type.as_str().into(),
        event.position.into(),
        event.recorded_at.as_micros().into(),
        why.into(),
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

/// Takes a stream in again from the event that it waits behind; past that event, if `skip` says so.
pub(super) async fn release<P: Projection>(
    database: &Database,
    log: &Arc<dyn Feed>,
    stream_id: Uuid,
    skip: Option<&Skip>,
) -> Result<Released, P::Error> {
    let mut transaction = database.begin().await.map_err(Error::from)?;
    let Some(parked) = locked(&mut transaction, stream_id).await.map_err(Error::from)? else {
        return Ok(Released::NotParked);
    };
    match take_in::<P>(&mut transaction, log, &parked, skip).await {
        Ok(()) => {
            transaction
                .execute("DELETE FROM parked_streams WHERE stream_id = $1", &[stream_id.into()])
                .await
                .map_err(Error::from)?;
            transaction.commit().await.map_err(Error::from)?;
            Ok(Released::Goes)
        }
        Err(error) => {
            transaction.rollback().await.map_err(Error::from)?;
            match P::outlook(&error) {
                Outlook::Poison { .. } => Ok(Released::StillParked),
                _ => Err(error),
            }
        }
    }
}

/// The stream's row, which nobody else touches until the transaction's end.
async fn locked(transaction: &mut Transaction, stream_id: Uuid) -> Result<Option<ParkedStream>, sqlx::Error> {
    let lock = match transaction {
        Transaction::Postgres(_) => "FOR UPDATE",
        Transaction::Sqlite(_) => "",
    };
    let sql = format!("SELECT {COLUMNS} FROM parked_streams WHERE stream_id = $1 {lock}");
    let rows = transaction.query(sqlx::AssertSqlSafe(sql), &[stream_id.into()]).await?;
    rows.first().map(parked_stream).transpose()
}

async fn take_in<P: Projection>(
    transaction: &mut Transaction,
    log: &Arc<dyn Feed>,
    parked: &ParkedStream,
    skip: Option<&Skip>,
) -> Result<(), P::Error> {
    let mut after = parked.stream_version - 1;
    loop {
        let events = log.read_stream(parked.stream_id, after, PAGE).await.map_err(Error::from)?;
        let Some(last) = events.last() else { return Ok(()) };
        after = last.stream_version;
        let is_last_page = events.len() < PAGE;
        match (skip, events.split_first()) {
            (Some(skip), Some((first, rest))) if first.event_id == parked.event_id => {
                P::skip(transaction, first).await?;
                record_skip(transaction, parked, skip).await.map_err(Error::from)?;
                P::apply(transaction, rest).await?;
            }
            _ => P::apply(transaction, &events).await?,
        }
        if is_last_page {
            return Ok(());
        }
    }
}

async fn record_skip(
    transaction: &mut Transaction,
    parked: &ParkedStream,
    skip: &Skip,
) -> Result<(), sqlx::Error> {
    let sql = "INSERT INTO skipped_events (event_id, stream_id, stream_version, event_type, position, why, skipped_by, \
               reason, skipped_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let values: [Value; 9] = [
        parked.event_id.into(),
        parked.stream_id.into(),
        parked.stream_version.into(),
        parked.event_type.as_str().into(),
        parked.position.into(),
        parked.why.as_str().into(),
        skip.by.as_str().into(),
        skip.reason.as_str().into(),
        skip.at.as_micros().into(),
    ];
    transaction.execute(sql, &values).await.map(drop)
}

/// Forgets that streams wait: the view begins anew.
pub(super) async fn forget(transaction: &mut Transaction) -> Result<(), sqlx::Error> {
    transaction.execute("DELETE FROM parked_streams", &[]).await.map(drop)
}
