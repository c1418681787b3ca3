//! One engine-neutral file of exact rows, and back (rule 13).
//!
//! JSON lines: a header, a row a line, and a last line with the count and the SHA-256 of all before it. A file
//! without its last line, or with another sum, is refused whole.

use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::sync::mpsc;
use uuid::Uuid;
use vigie_clock::{Clock, Ids, Timestamp, derived_id};

use crate::append::{Append, Due, LeaseOp};
use crate::database::{Database, DatabaseOptions, Location, Row, Transaction, Value};
use crate::engine::PARTITION_POSITIONS;
use crate::event::{Checkpoint, Hash, NewEvent, RecordedEvent};
use crate::log::{EventLog, MIGRATIONS, Options, ReadError, event_of, limit_value, select_events};

/// Type of the event that starts a new incarnation.
pub const RESTORED_EVENT: &str = "vigie.log.restored.v1";

const FORMAT: &str = "vigie-log-backup";
const VERSION: u32 = 1;
const PAGE: usize = 512;

/// Bytes of one line, at most: an event's payload in base64 and its other columns.
const LINE_BYTES_MAX: usize = 4 << 20;

/// Why a backup cannot be taken or restored.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The log cannot be read.
    #[error("the log cannot be read")]
    Read(#[from] ReadError),
    /// The database refuses or cannot be reached.
    #[error("the database refuses")]
    Database(#[from] sqlx::Error),
    /// Whoever received the pieces is gone.
    #[error("the receiver of the backup went away")]
    ReceiverGone,
    /// The file cannot be read.
    #[error("the backup file cannot be read")]
    Io(#[from] std::io::Error),
    /// The file is not a whole backup.
    #[error("line {line}: {why}")]
    Malformed {
        /// From 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// A restore goes into an empty log only.
    #[error("the log is not empty: it has events up to position {0}. Restore into an empty one")]
    NotEmpty(i64),
    /// The restored log cannot be opened.
    #[error("the restored log cannot be opened")]
    Open(#[from] crate::log::OpenError),
    /// The event that starts the new incarnation could not be appended.
    #[error("the new incarnation could not be started")]
    Append(#[from] crate::append::AppendError),
}

/// How far a backup or restore is.
#[derive(Clone, Copy, Debug, Default)]
pub struct Progress {
    /// Rows done.
    pub rows_done: u64,
    /// Rows in all.
    pub rows_total: u64,
}

/// The next bytes of a backup file.
#[derive(Clone, Debug)]
pub struct Piece {
    /// To be written after the pieces before.
    pub bytes: Vec<u8>,
    /// How far it is.
    pub progress: Progress,
}

#[derive(Serialize, Deserialize)]
struct Header {
    format: String,
    version: u32,
    created_at: Timestamp,
    incarnation: i64,
    shard: i64,
    rows: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "row", rename_all = "snake_case")]
enum Line {
    Event(EventLine),
    Stream(StreamLine),
    Request(RequestLine),
    Key(KeyLine),
    Link(LinkLine),
    End { rows: u64, sha256: String },
}

#[derive(Serialize, Deserialize)]
struct EventLine {
    position: i64,
    event_id: Uuid,
    shard: i32,
    incarnation: i64,
    stream_id: Uuid,
    stream_version: i64,
    #[serde(rename = "type")]
    event_type: String,
    account_id: Uuid,
    recorded_at: i64,
    occurred_at: i64,
    actor: String,
    on_behalf_of: Option<String>,
    channel: String,
    request_id: Option<Uuid>,
    act_id: Option<Uuid>,
    traceparent: Option<String>,
    payload: String,
    hash: String,
}

#[derive(Serialize, Deserialize)]
struct StreamLine {
    stream_id: Uuid,
    kind: String,
    version: i64,
    due_at: Option<i64>,
    lease_holder: Option<Uuid>,
    lease_fence: i64,
    lease_until: i64,
}

#[derive(Serialize, Deserialize)]
struct RequestLine {
    request_id: Uuid,
    caller: String,
    method: String,
    body_hash: String,
    stream_id: Uuid,
    act_id: Uuid,
    recorded_at: i64,
}

#[derive(Serialize, Deserialize)]
struct KeyLine {
    kind: String,
    key: String,
    stream_id: Uuid,
    held: bool,
    until: i64,
}

#[derive(Serialize, Deserialize)]
struct LinkLine {
    kind: String,
    key: String,
    stream_id: Uuid,
}

impl EventLog {
    /// Sends the backup file, piece by piece, from one consistent state of the running log.
    pub async fn backup(&self, pieces: mpsc::Sender<Piece>) -> Result<Checkpoint, Error> {
        let mut snapshot = self.0.database.begin_snapshot().await?;
        if matches!(snapshot, Transaction::Postgres(_)) {
            // A slow receiver is no hung session.
            snapshot.execute("SET LOCAL idle_in_transaction_session_timeout = '300s'", &[]).await?;
        }
        let facts = snapshot.query("SELECT incarnation, shard FROM log", &[]).await?;
        let facts = facts.first().ok_or(sqlx::Error::RowNotFound)?;
        let rows_total = count_rows(&mut snapshot).await?;
        let mut out = Out { pieces, sum: Sha256::new(), done: 0, total: rows_total };
        let header = Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            created_at: self.0.clock.now(),
            incarnation: facts.i64(0)?,
            shard: facts.i64(1)?,
            rows: rows_total,
        };
        out.send(vec![json_line(&header)?], 0).await?;

        let mut head = Checkpoint::START;
        loop {
            let rows = snapshot
                .query(
                    select_events!("WHERE position > $1 ORDER BY position LIMIT $2"),
                    &[head.position.into(), limit_value(PAGE)],
                )
                .await?;
            let mut lines = Vec::with_capacity(rows.len());
            for row in &rows {
                let event = event_of(row)?;
                if event.position != head.position + 1 {
                    return Err(ReadError::Gap { expected: head.position + 1, found: event.position }.into());
                }
                head = event.checkpoint();
                lines.push(json_line(&Line::Event(event_line(event)))?);
            }
            let last = rows.len() < PAGE;
            out.send(lines, rows.len()).await?;
            if last {
                break;
            }
        }
        self.backup_tables(&mut snapshot, &mut out).await?;
        let end = Line::End { rows: out.done, sha256: hex::encode(out.sum.clone().finalize()) };
        out.send(vec![json_line(&end)?], 0).await?;
        snapshot.rollback().await?;
        Ok(head)
    }

    async fn backup_tables(&self, snapshot: &mut Transaction, out: &mut Out) -> Result<(), Error> {
        let mut after: Vec<Value> = vec![Uuid::nil().into()];
        loop {
            let rows = snapshot
                .query(
                    "SELECT stream_id, kind, version, due_at, lease_holder, lease_fence, lease_until FROM streams \
                     WHERE stream_id > $1 ORDER BY stream_id LIMIT $2",
                    &[after.remove(0), limit_value(PAGE)],
                )
                .await?;
            let Some(last) = rows.last() else { break };
            after = vec![last.uuid(0)?.into()];
            let lines = rows.iter().map(|row| json_line(&Line::Stream(stream_line(row)?)));
            let lines = lines.collect::<Result<Vec<_>, _>>()?;
            out.send(lines, rows.len()).await?;
        }
        let mut key = (Uuid::nil(), String::new(), String::new());
        loop {
            let rows = snapshot
                .query(
                    "SELECT request_id, caller, method, body_hash, stream_id, act_id, recorded_at FROM requests \
                     WHERE (request_id, caller, method) > ($1, $2, $3) ORDER BY request_id, caller, method LIMIT $4",
                    &[key.0.into(), key.1.into(), key.2.into(), limit_value(PAGE)],
                )
                .await?;
            let Some(last) = rows.last() else { break };
            key = (last.uuid(0)?, last.text(1)?, last.text(2)?);
            let lines = rows.iter().map(|row| json_line(&Line::Request(request_line(row)?)));
            let lines = lines.collect::<Result<Vec<_>, _>>()?;
            out.send(lines, rows.len()).await?;
        }
        let mut key = (String::new(), String::new());
        loop {
            let rows = snapshot
                .query(
                    "SELECT kind, key, stream_id, held, until FROM keys \
                     WHERE (kind, key) > ($1, $2) ORDER BY kind, key LIMIT $3",
                    &[key.0.into(), key.1.into(), limit_value(PAGE)],
                )
                .await?;
            let Some(last) = rows.last() else { break };
            key = (last.text(0)?, last.text(1)?);
            let lines = rows.iter().map(|row| json_line(&Line::Key(key_line(row)?)));
            let lines = lines.collect::<Result<Vec<_>, _>>()?;
            out.send(lines, rows.len()).await?;
        }
        let mut link = (String::new(), String::new(), Uuid::nil());
        loop {
            let rows = snapshot
                .query(
                    "SELECT kind, key, stream_id FROM links \
                     WHERE (kind, key, stream_id) > ($1, $2, $3) ORDER BY kind, key, stream_id LIMIT $4",
                    &[link.0.into(), link.1.into(), link.2.into(), limit_value(PAGE)],
                )
                .await?;
            let Some(last) = rows.last() else { break };
            link = (last.text(0)?, last.text(1)?, last.uuid(2)?);
            let lines = rows.iter().map(|row| json_line(&Line::Link(link_line(row)?)));
            let lines = lines.collect::<Result<Vec<_>, _>>()?;
            out.send(lines, rows.len()).await?;
        }
        Ok(())
    }
}

/// Restores `file` into the empty log of `options`, checks the chain on the way, and starts a new incarnation by an
/// event: checkpoints of the positions that are given up are refused from then on.
pub async fn restore(
    file: &Path,
    options: Options,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    mut progress: impl FnMut(Progress),
) -> Result<Checkpoint, Error> {
    let location = match (&options.location, &options.owner_url) {
        (Location::Postgres { schema, .. }, Some(url)) => {
            Location::Postgres { url: url.clone(), schema: schema.clone() }
        }
        (location, _) => location.clone(),
    };
    let schema = match &location {
        Location::Postgres { schema, .. } => Some(schema.clone()),
        Location::Sqlite(_) => None,
    };
    // A running process on the same file is refused here already.
    let _locked = crate::log::lock_file(&location)?;
    let database = Database::open(&DatabaseOptions::new(location)).await?;
    database.migrate(MIGRATIONS, schema.as_deref()).await?;
    let there = database.query("SELECT COALESCE(MAX(position), 0) FROM events", &[]).await?;
    match there.first().map(|row| row.i64(0)).transpose()? {
        None | Some(0) => {}
        Some(position) => return Err(Error::NotEmpty(position)),
    }

    let mut transaction = database.begin().await?;
    if matches!(transaction, Transaction::Postgres(_)) {
        transaction.execute("SET LOCAL idle_in_transaction_session_timeout = '300s'", &[]).await?;
    }
    let mut intake = Intake::default();
    let mut reader = BufReader::new(tokio::fs::File::open(file).await?);
    let mut text = String::new();
    while reader.read_line(&mut text).await? > 0 {
        intake.line(&text, &mut transaction).await?;
        if intake.line % PAGE as u64 == 0 {
            progress(Progress { rows_done: intake.rows, rows_total: intake.rows_total });
        }
        text.clear();
    }
    if !intake.ended {
        return Err(intake.malformed("the file ends early"));
    }
    let incarnation = intake.incarnation + 1;
    transaction.execute("UPDATE log SET incarnation = $1", &[incarnation.into()]).await?;
    transaction.commit().await?;
    database.close().await;
    drop(_locked);
    progress(Progress { rows_done: intake.rows, rows_total: intake.rows_total });
    start_incarnation(options, &intake, clock, ids).await
}

async fn start_incarnation(
    options: Options,
    intake: &Intake,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
) -> Result<Checkpoint, Error> {
    let log = EventLog::open(options, clock.clone(), ids.clone()).await?;
    let stream_id = derived_id(Uuid::nil(), "vigie.log");
    let version = log.confirm(stream_id, None).await?.0;
    let payload = serde_json::json!({
        "incarnation": intake.incarnation + 1,
        "restored_up_to": intake.head.position,
        "restored_hash": intake.head.hash.to_string(),
    });
    let event = NewEvent {
        event_id: ids.next(),
        event_type: RESTORED_EVENT.to_owned(),
        account_id: Uuid::nil(),
        occurred_at: None,
        actor: "vigie log restore".to_owned(),
        on_behalf_of: None,
        channel: vigie_clock::Channel::System.as_str().to_owned(),
        request_id: None,
        act_id: None,
        traceparent: None,
        payload: payload.to_string().into_bytes(),
    };
    let appended = log
        .append(Append {
            stream_id,
            kind: "log",
            expected_version: version,
            events: vec![event],
            request: None,
            due: Due::Keep,
            directory: Vec::new(),
            lease: LeaseOp::None,
            urgent: false,
            deadline: None,
            not_before: clock.now(),
        })
        .await?;
    log.close(tokio::time::Instant::now() + std::time::Duration::from_secs(5)).await;
    Ok(appended.events.first().map_or(intake.head, RecordedEvent::checkpoint))
}

struct Out {
    pieces: mpsc::Sender<Piece>,
    sum: Sha256,
    done: u64,
    total: u64,
}

impl Out {
    async fn send(&mut self, lines: Vec<String>, rows: usize) -> Result<(), Error> {
        let bytes = lines.concat().into_bytes();
        self.sum.update(&bytes);
        self.done += rows as u64;
        let progress = Progress { rows_done: self.done, rows_total: self.total };
        self.pieces.send(Piece { bytes, progress }).await.map_err(|_| Error::ReceiverGone)
    }
}

/// A file on its way in: checks what it can before anything is committed.
struct Intake {
    line: u64,
    rows: u64,
    rows_total: u64,
    incarnation: i64,
    head: Checkpoint,
    partition: i64,
    sum: Sha256,
    ended: bool,
}

impl Default for Intake {
    fn default() -> Self {
        Self {
            line: 0,
            rows: 0,
            rows_total: 0,
            incarnation: 0,
            head: Checkpoint::START,
            partition: 0,
            sum: Sha256::new(),
            ended: false,
        }
    }
}

impl Intake {
    fn malformed(&self, why: impl Into<String>) -> Error {
        Error::Malformed { line: self.line, why: why.into() }
    }

    async fn line(&mut self, text: &str, transaction: &mut Transaction) -> Result<(), Error> {
        self.line += 1;
        if self.ended {
            return Err(self.malformed("something follows the last line"));
        }
        if text.len() > LINE_BYTES_MAX {
            return Err(self.malformed("the line is too long"));
        }
        if self.line == 1 {
            let header: Header =
                serde_json::from_str(text).map_err(|_| self.malformed("this is no backup of a log"))?;
            if header.format != FORMAT || header.version != VERSION {
                return Err(self.malformed("this build does not read this format"));
            }
            self.incarnation = header.incarnation;
            self.rows_total = header.rows;
            transaction.execute("UPDATE log SET shard = $1", &[header.shard.into()]).await?;
            self.sum.update(text.as_bytes());
            return Ok(());
        }
        let line: Line = serde_json::from_str(text).map_err(|error| self.malformed(error.to_string()))?;
        if let Line::End { rows, sha256 } = &line {
            if *rows != self.rows || *sha256 != hex::encode(self.sum.clone().finalize()) {
                return Err(self.malformed("the sum does not match: the file was changed or damaged"));
            }
            self.ended = true;
            return Ok(());
        }
        self.sum.update(text.as_bytes());
        self.rows += 1;
        self.insert(line, transaction).await
    }

    async fn insert(&mut self, line: Line, transaction: &mut Transaction) -> Result<(), Error> {
        match line {
            Line::Event(line) => {
                let event = event_from(line).map_err(|why| self.malformed(why))?;
                if event.position != self.head.position + 1 || event.chained(&self.head.hash) != event.hash {
                    return Err(self.malformed(format!("position {} breaks the chain", event.position)));
                }
                self.head = event.checkpoint();
                let partition = event.position / PARTITION_POSITIONS;
                if partition > self.partition && matches!(transaction, Transaction::Postgres(_)) {
                    transaction.query("SELECT 1 FROM ensure_partition($1)", &[partition.into()]).await?;
                    self.partition = partition;
                }
                insert_event(&event, transaction).await?;
            }
            Line::Stream(row) => {
                transaction
                    .execute(
                        // The fence goes on, nobody holds the lease: no write of this log's past is under way.
                        "INSERT INTO streams (stream_id, kind, version, due_at, lease_fence) \
                         VALUES ($1, $2, $3, $4, $5)",
                        &[
                            row.stream_id.into(),
                            row.kind.into(),
                            row.version.into(),
                            row.due_at.into(),
                            row.lease_fence.into(),
                        ],
                    )
                    .await?;
            }
            Line::Request(row) => {
                let body_hash =
                    hex::decode(&row.body_hash).map_err(|error| self.malformed(error.to_string()))?;
                transaction
                    .execute(
                        "INSERT INTO requests (request_id, caller, method, body_hash, stream_id, act_id, recorded_at) \
                         VALUES ($1, $2, $3, $4, $5, $6, $7)",
                        &[
                            row.request_id.into(),
                            row.caller.into(),
                            row.method.into(),
                            body_hash.into(),
                            row.stream_id.into(),
                            row.act_id.into(),
                            row.recorded_at.into(),
                        ],
                    )
                    .await?;
            }
            Line::Key(row) => {
                transaction
                    .execute(
                        "INSERT INTO keys (kind, key, stream_id, held, until) VALUES ($1, $2, $3, $4, $5)",
                        &[
                            row.kind.into(),
                            row.key.into(),
                            row.stream_id.into(),
                            row.held.into(),
                            row.until.into(),
                        ],
                    )
                    .await?;
            }
            Line::Link(row) => {
                transaction
                    .execute(
                        "INSERT INTO links (kind, key, stream_id) VALUES ($1, $2, $3)",
                        &[row.kind.into(), row.key.into(), row.stream_id.into()],
                    )
                    .await?;
            }
            Line::End { .. } => {}
        }
        Ok(())
    }
}

async fn count_rows(snapshot: &mut Transaction) -> Result<u64, Error> {
    let rows = snapshot
        .query(
            "SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM streams) + \
             (SELECT count(*) FROM requests) + (SELECT count(*) FROM keys) + (SELECT count(*) FROM links)",
            &[],
        )
        .await?;
    let count = rows.first().map(|row| row.i64(0)).transpose()?.unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}

async fn insert_event(event: &RecordedEvent, transaction: &mut Transaction) -> Result<(), sqlx::Error> {
    transaction
        .execute(
            "INSERT INTO events (position, event_id, shard, incarnation, stream_id, stream_version, type, account_id, \
             recorded_at, occurred_at, actor, on_behalf_of, channel, request_id, act_id, traceparent, payload, hash) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
            &[
                event.position.into(),
                event.event_id.into(),
                i64::from(event.shard).into(),
                event.incarnation.into(),
                event.stream_id.into(),
                event.stream_version.into(),
                event.event_type.as_str().into(),
                event.account_id.into(),
                event.recorded_at.as_micros().into(),
                event.occurred_at.as_micros().into(),
                event.actor.as_str().into(),
                event.on_behalf_of.as_deref().into(),
                event.channel.as_str().into(),
                event.request_id.into(),
                event.act_id.into(),
                event.traceparent.as_deref().into(),
                event.payload.as_slice().into(),
                event.hash.0.as_slice().into(),
            ],
        )
        .await?;
    Ok(())
}

fn json_line(line: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(line).map(|text| text + "\n").map_err(|error| Error::Io(error.into()))
}

fn event_line(event: RecordedEvent) -> EventLine {
    EventLine {
        position: event.position,
        event_id: event.event_id,
        shard: event.shard,
        incarnation: event.incarnation,
        stream_id: event.stream_id,
        stream_version: event.stream_version,
        event_type: event.event_type,
        account_id: event.account_id,
        recorded_at: event.recorded_at.as_micros(),
        occurred_at: event.occurred_at.as_micros(),
        actor: event.actor,
        on_behalf_of: event.on_behalf_of,
        channel: event.channel,
        request_id: event.request_id,
        act_id: event.act_id,
        traceparent: event.traceparent,
        payload: BASE64.encode(&event.payload),
        hash: event.hash.to_string(),
    }
}

fn event_from(line: EventLine) -> Result<RecordedEvent, String> {
    let hash: Hash = line.hash.parse().map_err(|_| "the hash is not hexadecimal".to_owned())?;
    Ok(RecordedEvent {
        position: line.position,
        event_id: line.event_id,
        shard: line.shard,
        incarnation: line.incarnation,
        stream_id: line.stream_id,
        stream_version: line.stream_version,
        event_type: line.event_type,
        account_id: line.account_id,
        recorded_at: Timestamp::from_micros(line.recorded_at),
        occurred_at: Timestamp::from_micros(line.occurred_at),
        actor: line.actor,
        on_behalf_of: line.on_behalf_of,
        channel: line.channel,
        request_id: line.request_id,
        act_id: line.act_id,
        traceparent: line.traceparent,
        payload: BASE64.decode(&line.payload).map_err(|_| "the payload is not base64".to_owned())?,
        hash,
    })
}

fn stream_line(row: &Row) -> Result<StreamLine, sqlx::Error> {
    Ok(StreamLine {
        stream_id: row.uuid(0)?,
        kind: row.text(1)?,
        version: row.i64(2)?,
        due_at: row.opt_i64(3)?,
        lease_holder: row.opt_uuid(4)?,
        lease_fence: row.i64(5)?,
        lease_until: row.i64(6)?,
    })
}

fn request_line(row: &Row) -> Result<RequestLine, sqlx::Error> {
    Ok(RequestLine {
        request_id: row.uuid(0)?,
        caller: row.text(1)?,
        method: row.text(2)?,
        body_hash: hex::encode(row.bytes(3)?),
        stream_id: row.uuid(4)?,
        act_id: row.uuid(5)?,
        recorded_at: row.i64(6)?,
    })
}

fn key_line(row: &Row) -> Result<KeyLine, sqlx::Error> {
    Ok(KeyLine {
        kind: row.text(0)?,
        key: row.text(1)?,
        stream_id: row.uuid(2)?,
        held: row.bool(3)?,
        until: row.i64(4)?,
    })
}

fn link_line(row: &Row) -> Result<LinkLine, sqlx::Error> {
    Ok(LinkLine { kind: row.text(0)?, key: row.text(1)?, stream_id: row.uuid(2)? })
}
