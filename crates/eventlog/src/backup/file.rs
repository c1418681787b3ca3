//! The file's lines, and the rows that they stand for.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::Error;
use crate::database::Row;
use crate::event::{Hash, RecordedEvent};

pub(super) const FORMAT: &str = "vigie-log-backup";
pub(super) const VERSION: u32 = 1;
pub(super) const PAGE: usize = 512;

/// Bytes of one line, at most: an event's payload in base64 and its other columns.
pub(super) const LINE_BYTES_MAX: usize = 4 << 20;

#[derive(Serialize, Deserialize)]
pub(super) struct Header {
    pub(super) format: String,
    pub(super) version: u32,
    /// The log's name; backups from before logs had one lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) log: Option<String>,
    pub(super) created_at: Timestamp,
    pub(super) incarnation: i64,
    pub(super) shard: i64,
    pub(super) rows: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "row", rename_all = "snake_case")]
pub(super) enum Line {
    Event(EventLine),
    Stream(StreamLine),
    Request(RequestLine),
    Key(KeyLine),
    Link(LinkLine),
    End { rows: u64, sha256: String },
}

#[derive(Serialize, Deserialize)]
pub(super) struct EventLine {
    pub(super) position: i64,
    pub(super) event_id: Uuid,
    pub(super) shard: i32,
    pub(super) incarnation: i64,
    pub(super) stream_id: Uuid,
    pub(super) stream_version: i64,
    #[serde(rename = "type")]
    pub(super) event_type: String,
    pub(super) account_id: Uuid,
    pub(super) recorded_at: i64,
    pub(super) occurred_at: i64,
    pub(super) actor: String,
    pub(super) on_behalf_of: Option<String>,
    pub(super) channel: String,
    pub(super) request_id: Option<Uuid>,
    pub(super) act_id: Option<Uuid>,
    pub(super) traceparent: Option<String>,
    pub(super) payload: String,
    pub(super) hash: String,
}

#[derive(Serialize, Deserialize)]
pub(super) struct StreamLine {
    pub(super) stream_id: Uuid,
    pub(super) kind: String,
    pub(super) version: i64,
    pub(super) due_at: Option<i64>,
    pub(super) lease_holder: Option<Uuid>,
    pub(super) lease_fence: i64,
    pub(super) lease_until: i64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct RequestLine {
    pub(super) request_id: Uuid,
    pub(super) caller: String,
    pub(super) method: String,
    pub(super) body_hash: String,
    pub(super) stream_id: Uuid,
    pub(super) act_id: Uuid,
    pub(super) recorded_at: i64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct KeyLine {
    pub(super) kind: String,
    pub(super) key: String,
    pub(super) stream_id: Uuid,
    pub(super) held: bool,
    pub(super) until: i64,
}

#[derive(Serialize, Deserialize)]
pub(super) struct LinkLine {
    pub(super) kind: String,
    pub(super) key: String,
    pub(super) stream_id: Uuid,
}

pub(super) fn json_line(line: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(line).map(|text| text + "\n").map_err(|error| Error::Io(error.into()))
}

pub(super) fn event_line(event: RecordedEvent) -> EventLine {
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

pub(super) fn event_from(line: EventLine) -> Result<RecordedEvent, String> {
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

pub(super) fn stream_line(row: &Row) -> Result<StreamLine, sqlx::Error> {
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

pub(super) fn request_line(row: &Row) -> Result<RequestLine, sqlx::Error> {
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

pub(super) fn key_line(row: &Row) -> Result<KeyLine, sqlx::Error> {
    Ok(KeyLine {
        kind: row.text(0)?,
        key: row.text(1)?,
        stream_id: row.uuid(2)?,
        held: row.bool(3)?,
        until: row.i64(4)?,
    })
}

pub(super) fn link_line(row: &Row) -> Result<LinkLine, sqlx::Error> {
    Ok(LinkLine { kind: row.text(0)?, key: row.text(1)?, stream_id: row.uuid(2)? })
}
