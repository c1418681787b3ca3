//! Reads a backup line by line into the tables, and trusts none.

use sha2::{Digest, Sha256};

use super::Error;
use super::file::{FORMAT, Header, LINE_BYTES_MAX, Line, VERSION, event_from};
use crate::database::Transaction;
use crate::engine::PARTITION_POSITIONS;
use crate::event::{Checkpoint, RecordedEvent};

/// A file on its way in: checks what it can before anything is committed.
pub(super) struct Intake {
    pub(super) line: u64,
    pub(super) rows: u64,
    pub(super) rows_total: u64,
    pub(super) incarnation: i64,
    pub(super) head: Checkpoint,
    pub(super) partition: i64,
    pub(super) sum: Sha256,
    pub(super) ended: bool,
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
    pub(super) fn malformed(&self, why: impl Into<String>) -> Error {
        Error::Malformed { line: self.line, why: why.into() }
    }

    pub(super) async fn line(&mut self, text: &str, transaction: &mut Transaction) -> Result<(), Error> {
        self.line += 1;
        if self.ended {
            return Err(self.malformed("something follows the last line"));
        }
        if text.len() > LINE_BYTES_MAX {
            return Err(self.malformed("the line is too long"));
        }
        if self.line == 1 {
            let header = header(text).map_err(|why| self.malformed(why))?;
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

/// The first line of a backup, if it is one that this build reads.
pub(super) fn header(text: &str) -> Result<Header, &'static str> {
    let header: Header = serde_json::from_str(text).map_err(|_| "this is no backup of a log")?;
    if header.format != FORMAT || header.version != VERSION {
        return Err("this build does not read this format");
    }
    Ok(header)
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
