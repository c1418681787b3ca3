//! How events are kept in tables.

use vigie_clock::Timestamp;

use crate::database::{MigrationText, Row, Value};
use crate::event::{Hash, RecordedEvent};

pub(crate) const MIGRATIONS: &[MigrationText] = &[
    MigrationText {
        version: 1,
        description: "log",
        postgres: include_str!("../../migrations/postgres/0001_log.sql"),
        sqlite: include_str!("../../migrations/sqlite/0001_log.sql"),
    },
    MigrationText {
        version: 2,
        description: "timers by kind",
        postgres: include_str!("../../migrations/postgres/0002_timers_by_kind.sql"),
        sqlite: include_str!("../../migrations/sqlite/0002_timers_by_kind.sql"),
    },
];

macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "SELECT position, event_id, shard, incarnation, stream_id, stream_version, type, account_id, \
             recorded_at, occurred_at, actor, on_behalf_of, channel, request_id, act_id, traceparent, payload, hash \
             FROM events ",
            $rest
        )
    };
}
pub(crate) use select_events;

pub(crate) fn limit_value(limit: usize) -> Value {
    i64::try_from(limit).unwrap_or(i64::MAX).into()
}

pub(crate) fn hash_of(bytes: Vec<u8>) -> Result<Hash, sqlx::Error> {
    bytes.try_into().map(Hash).map_err(|_| sqlx::Error::Decode("a hash has 32 bytes".into()))
}

pub(crate) fn event_of(row: &Row) -> Result<RecordedEvent, sqlx::Error> {
    Ok(RecordedEvent {
        position: row.i64(0)?,
        event_id: row.uuid(1)?,
        shard: i32::try_from(row.i64(2)?).map_err(|error| sqlx::Error::Decode(error.into()))?,
        incarnation: row.i64(3)?,
        stream_id: row.uuid(4)?,
        stream_version: row.i64(5)?,
        event_type: row.text(6)?,
        account_id: row.uuid(7)?,
        recorded_at: Timestamp::from_micros(row.i64(8)?),
        occurred_at: Timestamp::from_micros(row.i64(9)?),
        actor: row.text(10)?,
        on_behalf_of: row.opt_text(11)?,
        channel: row.text(12)?,
        request_id: row.opt_uuid(13)?,
        act_id: row.opt_uuid(14)?,
        traceparent: row.opt_text(15)?,
        payload: row.bytes(16)?,
        hash: hash_of(row.bytes(17)?)?,
    })
}
