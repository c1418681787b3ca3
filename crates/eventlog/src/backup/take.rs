//! Takes a backup of the running log.

use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::file::{
    FORMAT, Header, Line, PAGE, VERSION, event_line, json_line, key_line, link_line, request_line,
    stream_line,
};
use super::{Error, Progress};
use crate::database::{Transaction, Value};
use crate::event::Checkpoint;
use crate::log::{EventLog, ReadError, event_of, limit_value, select_events};

/// The next bytes of a backup file.
#[derive(Clone, Debug)]
pub struct Piece {
    /// To be written after the pieces before.
    pub bytes: Vec<u8>,
    /// How far it is.
    pub progress: Progress,
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
            log: Some(self.0.name.clone()),
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
