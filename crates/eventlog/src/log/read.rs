//! Events, the log's end, and what is known of a stream and a request.

use uuid::Uuid;

use super::schema::{event_of, hash_of, limit_value, select_events};
use super::{EventLog, ReadError};
use crate::append::{RequestKey, RequestRecord};
use crate::event::{Checkpoint, RecordedEvent};

impl EventLog {
    /// At most `limit` events after `position`, in order, without a gap.
    pub async fn read(&self, position: i64, limit: usize) -> Result<Vec<RecordedEvent>, ReadError> {
        let rows = self
            .query(
                select_events!("WHERE position > $1 ORDER BY position LIMIT $2"),
                &[position.into(), limit_value(limit)],
            )
            .await?;
        let events = rows.iter().map(event_of).collect::<Result<Vec<_>, _>>()?;
        for (expected, event) in (position + 1..).zip(&events) {
            if event.position != expected {
                return Err(ReadError::Gap { expected, found: event.position });
            }
        }
        Ok(events)
    }

    /// At most `limit` events of a stream after `version`, in order.
    pub async fn read_stream(
        &self,
        stream_id: Uuid,
        version: i64,
        limit: usize,
    ) -> Result<Vec<RecordedEvent>, ReadError> {
        let rows = self
            .query(
                select_events!(
                    "WHERE stream_id = $1 AND stream_version > $2 ORDER BY stream_version LIMIT $3"
                ),
                &[stream_id.into(), version.into(), limit_value(limit)],
            )
            .await?;
        rows.iter().map(event_of).collect::<Result<_, _>>().map_err(ReadError::Database)
    }

    /// The event at `position`, if there is one.
    pub async fn event_at(&self, position: i64) -> Result<Option<RecordedEvent>, ReadError> {
        let rows = self.query(select_events!("WHERE position = $1"), &[position.into()]).await?;
        rows.first().map(event_of).transpose().map_err(ReadError::Database)
    }

    /// The end of the log, read now.
    pub async fn head(&self) -> Result<Checkpoint, ReadError> {
        let rows = self
            .query("SELECT incarnation, position, hash FROM events ORDER BY position DESC LIMIT 1", &[])
            .await?;
        match rows.first() {
            None => Ok(Checkpoint::START),
            Some(row) => Ok(Checkpoint {
                incarnation: row.i64(0)?,
                position: row.i64(1)?,
                hash: hash_of(row.bytes(2)?)?,
            }),
        }
    }

    /// Refuses a checkpoint that is not in this log's past (rule 13).
    pub async fn check(&self, checkpoint: &Checkpoint) -> Result<(), ReadError> {
        if checkpoint.position == 0 {
            return Ok(());
        }
        let there = self.event_at(checkpoint.position).await?.map(|event| event.checkpoint());
        if there.as_ref() == Some(checkpoint) {
            return Ok(());
        }
        let head = self.head().await?.position;
        let Checkpoint { position, incarnation, .. } = *checkpoint;
        Err(ReadError::CheckpointRefused { position, incarnation, head })
    }

    /// A stream's version now (0 if there is none), and what is known of a request (rules 5 and 10).
    pub async fn confirm(
        &self,
        stream_id: Uuid,
        request: Option<&RequestKey>,
    ) -> Result<(i64, Option<RequestRecord>), ReadError> {
        let Some(key) = request else {
            let rows = self
                .0
                .database
                .query("SELECT version FROM streams WHERE stream_id = $1", &[stream_id.into()])
                .await?;
            return Ok((rows.first().map(|row| row.i64(0)).transpose()?.unwrap_or(0), None));
        };
        let rows = self
            .query(
                "SELECT (SELECT version FROM streams WHERE stream_id = $1), r.body_hash, r.stream_id, r.act_id \
                 FROM (SELECT 1 AS one) AS o LEFT JOIN requests AS r \
                 ON r.request_id = $2 AND r.caller = $3 AND r.method = $4",
                &[
                    stream_id.into(),
                    key.request_id.into(),
                    key.caller.as_str().into(),
                    key.method.as_str().into(),
                ],
            )
            .await?;
        let Some(row) = rows.first() else { return Ok((0, None)) };
        let version = row.opt_i64(0)?.unwrap_or(0);
        let Some(body_hash) = row.opt_bytes(1)? else { return Ok((version, None)) };
        let record = RequestRecord {
            key: key.clone(),
            body_hash: hash_of(body_hash)?.0,
            stream_id: row.uuid(2)?,
            act_id: row.uuid(3)?,
        };
        Ok((version, Some(record)))
    }
}
