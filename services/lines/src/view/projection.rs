//! Takes events in: effects and checkpoint in one transaction (rule 22).

use std::collections::BTreeMap;

use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_eventlog::{Aggregate, Checkpoint, Database, Hash, RecordedEvent, Transaction, Value};

use super::Error;
use super::row::{COLUMNS, LineRow};
use crate::domain::Line;

/// Rows in one INSERT, at most. Lists come in powers of two, so that the drivers prepare a handful of statements and
/// not one per length.
const ROWS_MAX: usize = 64;

/// The one writer of a view.
#[derive(Debug)]
pub(super) struct Projection {
    database: Database,
    checkpoint: Checkpoint,
}

impl Projection {
    /// Goes on from the stored checkpoint.
    pub(super) async fn resume(database: Database) -> Result<Self, Error> {
        let checkpoint = checkpoint(&database).await?;
        Ok(Self { database, checkpoint })
    }

    /// Everything up to here is taken in.
    pub(super) const fn checkpoint(&self) -> Checkpoint {
        self.checkpoint
    }

    /// Takes a batch in, all or nothing. After an error nothing is known of the stored checkpoint: resume anew.
    pub(super) async fn take_in(
        &mut self,
        events: &[RecordedEvent],
        resume: Checkpoint,
    ) -> Result<(), Error> {
        let rows = latest_rows(events);
        let mut transaction = self.database.begin().await?;
        if let Transaction::Postgres(_) = transaction {
            // A plan made for the empty tables of the first batch would scan for ever.
            transaction.execute("SET LOCAL plan_cache_mode = force_custom_plan", &[]).await?;
        }
        // First, since it is also the lock against another writer.
        self.move_checkpoint(&mut transaction, resume).await?;
        for chunk in powers_of_two(&rows) {
            put(&mut transaction, chunk).await?;
        }
        transaction.commit().await?;
        self.checkpoint = resume;
        Ok(())
    }

    async fn move_checkpoint(&self, transaction: &mut Transaction, to: Checkpoint) -> Result<(), Error> {
        let from = self.checkpoint;
        let moved = transaction
            .execute(
                "UPDATE line_view_checkpoint SET incarnation = $1, position = $2, hash = $3 \
                 WHERE shard = 0 AND incarnation = $4 AND position = $5 AND hash = $6",
                &[
                    to.incarnation.into(),
                    to.position.into(),
                    to.hash.0.as_slice().into(),
                    from.incarnation.into(),
                    from.position.into(),
                    from.hash.0.as_slice().into(),
                ],
            )
            .await?;
        if moved == 1 { Ok(()) } else { Err(Error::CheckpointMoved) }
    }
}

/// How far the view has read.
pub(super) async fn checkpoint(database: &Database) -> Result<Checkpoint, Error> {
    let rows = database
        .query("SELECT incarnation, position, hash FROM line_view_checkpoint WHERE shard = 0", &[])
        .await?;
    let row = rows.first().ok_or(Error::Corrupt("checkpoint"))?;
    let hash = row.bytes(2)?.try_into().map_err(|_| Error::Corrupt("hash"))?;
    Ok(Checkpoint { incarnation: row.i64(0)?, position: row.i64(1)?, hash: Hash(hash) })
}

/// Empties the view. A projection under way finds its checkpoint moved and resumes from the beginning.
pub(super) async fn start_over(database: &Database) -> Result<(), Error> {
    let start = Checkpoint::START;
    let mut transaction = database.begin().await?;
    transaction
        .execute(
            "UPDATE line_view_checkpoint SET incarnation = $1, position = $2, hash = $3 WHERE shard = 0",
            &[start.incarnation.into(), start.position.into(), start.hash.0.as_slice().into()],
        )
        .await?;
    transaction.execute("DELETE FROM line_view", &[]).await?;
    Ok(transaction.commit().await?)
}

/// One row per line of the batch: the state after the line's last event in it.
fn latest_rows(events: &[RecordedEvent]) -> Vec<LineRow> {
    let mut rows: BTreeMap<Uuid, LineRow> = BTreeMap::new();
    for recorded in events {
        let event = match Line::decode(&recorded.event_type, &recorded.payload) {
            Ok(event) => event,
            Err(error) => {
                // The decoder's own words may quote the payload. The line's next event, which shows all of it, heals
                // its row; until then it is as it was.
                tracing::error!(
                    position = recorded.position,
                    event_id = %recorded.event_id,
                    stream_id = %recorded.stream_id,
                    event_type = recorded.event_type,
                    "event cannot be read; its line is shown as it was: {error}"
                );
                continue;
            }
        };
        let mut row = LineRow::after(event, recorded);
        if let Some(older) = rows.get(&row.line_id) {
            if older.version >= row.version {
                continue;
            }
            row.keep_confirmation_of(older);
        }
        rows.insert(row.line_id, row);
    }
    rows.into_values().collect()
}

/// Writes rows that are newer than what is there.
async fn put(transaction: &mut Transaction, rows: &[LineRow]) -> Result<(), Error> {
    let width = COLUMNS.len();
    let tuples: Vec<_> = (0..rows.len()).map(|row| format!("({})", places(row * width, width))).collect();
    let kept = "CASE WHEN excluded.confirmed_at IS NULL AND excluded.act_id = line_view.act_id \
                THEN line_view.confirmed_at ELSE excluded.confirmed_at END";
    let replaced: Vec<_> = COLUMNS
        .iter()
        .skip(1)
        .map(|name| match *name {
            "confirmed_at" => format!("confirmed_at = {kept}"),
            name => format!("{name} = excluded.{name}"),
        })
        .collect();
    let sql = format!(
        "INSERT INTO line_view ({}) VALUES {} ON CONFLICT (line_id) DO UPDATE SET {} \
         WHERE excluded.version > line_view.version",
        COLUMNS.join(", "),
        tuples.join(", "),
        replaced.join(", ")
    );
    let mut values: Vec<Value> = Vec::with_capacity(rows.len() * width);
    for row in rows {
        values.extend(row.values()?);
    }
    transaction.execute(AssertSqlSafe(sql), &values).await?;
    Ok(())
}

/// `$3, $4`: `count` placeholders after the first `before`.
fn places(before: usize, count: usize) -> String {
    let places: Vec<_> = (before + 1..=before + count).map(|place| format!("${place}")).collect();
    places.join(", ")
}

/// Splits into slices whose lengths are powers of two, at most [`ROWS_MAX`].
fn powers_of_two<T>(mut items: &[T]) -> Vec<&[T]> {
    let mut slices = Vec::new();
    let mut length = ROWS_MAX;
    while !items.is_empty() {
        while length > items.len() {
            length /= 2;
        }
        let (slice, rest) = items.split_at(length);
        slices.push(slice);
        items = rest;
    }
    slices
}
