//! What the writer needs of an engine. Two engines, one behaviour: the contract suite runs on both.

mod postgres;
mod sqlite;

use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;
use vigie_clock::Timestamp;

use crate::aggregate::DirectoryOp;
use crate::append::{Due, LeaseOp, RequestKey, RequestRecord};
use crate::database::Row;
use crate::event::{Checkpoint, Hash, RecordedEvent};

pub(crate) use postgres::PostgresSession;
pub(crate) use sqlite::SqliteSession;

/// Rows of the events table, in the order in which both engines select them.
pub(crate) const EVENT_COLUMNS: &str = "position, event_id, shard, incarnation, stream_id, stream_version, type, \
     account_id, recorded_at, occurred_at, actor, on_behalf_of, channel, request_id, act_id, traceparent, payload, \
     hash";

/// Positions per partition; the migration's `ensure_partition` says the same.
pub(crate) const PARTITION_POSITIONS: i64 = 10_000_000;

/// The end of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub shard: i32,
    pub incarnation: i64,
    pub position: i64,
    pub hash: Hash,
    pub recorded_at: Timestamp,
    /// Incarnation of the event at `position`; `incarnation` is that of the next one.
    pub last_incarnation: i64,
}

impl Head {
    pub(crate) fn checkpoint(&self) -> Checkpoint {
        if self.position == 0 {
            return Checkpoint::START;
        }
        Checkpoint { incarnation: self.last_incarnation, position: self.position, hash: self.hash }
    }
}

/// What a head is read from. Equal on both engines.
const HEAD: &str = "SELECT log.shard, log.incarnation, e.position, e.hash, e.recorded_at, e.incarnation \
     FROM log LEFT JOIN (SELECT position, hash, recorded_at, incarnation FROM events ORDER BY position DESC LIMIT 1) e \
     ON TRUE";

fn head_of(row: &Row) -> Result<Head, sqlx::Error> {
    let hash = row.opt_bytes(3)?;
    Ok(Head {
        shard: i32::try_from(row.i64(0)?).unwrap_or_default(),
        incarnation: row.i64(1)?,
        position: row.opt_i64(2)?.unwrap_or(0),
        hash: hash.and_then(|bytes| bytes.try_into().ok()).map(Hash).unwrap_or_default(),
        recorded_at: Timestamp::from_micros(row.opt_i64(4)?.unwrap_or(0)),
        last_incarnation: row.opt_i64(5)?.unwrap_or(0),
    })
}

/// The column that a timer is kept in.
fn due_micros(due: Due) -> Option<i64> {
    match due {
        Due::Set(Some(at)) => Some(at.as_micros()),
        Due::Set(None) | Due::Keep => None,
    }
}

/// A stream's row after the batch.
#[derive(Clone, Debug)]
pub(crate) struct StreamChange {
    pub stream_id: Uuid,
    pub kind: &'static str,
    pub from: i64,
    pub to: i64,
    pub due: Due,
    pub lease: LeaseOp,
}

/// A directory change of a stream.
#[derive(Clone, Debug)]
pub(crate) struct DirectoryChange {
    pub stream_id: Uuid,
    pub op: DirectoryOp,
}

/// What is committed at once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    pub events: Vec<Arc<RecordedEvent>>,
    pub streams: Vec<StreamChange>,
    pub requests: Vec<RequestRecord>,
    pub directory: Vec<DirectoryChange>,
    pub recorded_at: Timestamp,
}

/// A lease as it stands after the batch, for a stream that asked for one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeaseAfter {
    pub stream_id: Uuid,
    pub granted: bool,
    pub holder: Option<Uuid>,
    pub fence: i64,
    pub until: Timestamp,
    pub taken_over: bool,
}

/// A committed batch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Committed {
    pub leases: Vec<LeaseAfter>,
    /// The database's clock during the statement, where the engine has one.
    pub database_now: Option<Timestamp>,
}

/// Why a batch was not committed.
#[derive(Debug)]
pub(crate) enum CommitError {
    /// Another replica holds the log's lock exclusively; nothing was inserted.
    Refused,
    /// Another replica wrote at these positions; nothing was inserted.
    PositionTaken,
    /// A version, request id, key or lease of someone in the batch does not hold; nothing was inserted.
    Conflict,
    /// The database refuses somebody's data; nothing was inserted.
    Data(String),
    /// The database answered that it cannot; nothing was inserted.
    Failed(String),
    /// Nobody answered: committed or not.
    Unknown(String),
}

/// What the database says of the items of a batch, read under the exclusive lock.
#[derive(Debug, Default)]
pub(crate) struct Standing {
    /// Version by stream, for those that exist.
    pub versions: std::collections::HashMap<Uuid, i64>,
    /// Lease (holder, fence) by stream.
    pub leases: std::collections::HashMap<Uuid, (Option<Uuid>, i64)>,
    /// Requests that are known.
    pub requests: std::collections::HashMap<RequestKey, RequestRecord>,
    /// Exclusive keys that cannot be claimed, with the stream that holds them.
    pub keys: std::collections::HashMap<(String, String), Uuid>,
}

/// The writer's own connection.
///
/// `commit` outside of a transaction is a transaction of its own; after `begin_exclusive` it is part of that one.
#[async_trait]
pub(crate) trait Session: Send {
    async fn head(&mut self) -> Result<Head, sqlx::Error>;
    async fn commit(&mut self, batch: &Batch) -> Result<Committed, CommitError>;
    async fn begin_exclusive(&mut self) -> Result<(), sqlx::Error>;
    async fn standing(
        &mut self,
        streams: &[Uuid],
        requests: &[RequestKey],
        keys: &[(String, String)],
        now: Timestamp,
    ) -> Result<Standing, sqlx::Error>;
    async fn end_exclusive(&mut self) -> Result<(), CommitError>;
    async fn rollback(&mut self) -> Result<(), sqlx::Error>;
    /// Ids of the events from `first` on, at most `count`, in order of position.
    async fn event_ids(&mut self, first: i64, count: usize) -> Result<Vec<Uuid>, sqlx::Error>;
    /// Makes room for `position`, where the engine needs that ahead of time.
    async fn make_room(&mut self, position: i64) -> Result<(), sqlx::Error>;
}
