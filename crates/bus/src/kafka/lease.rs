//! Who carries a log to Kafka: a row with an epoch (rule 19).
//!
//! Time is the database's: replicas need not agree on it. What the row grants is fenced again on Kafka's side, by the
//! transactional id, so nothing depends on how long a process stood still between looking at the row and acting on it.

use std::time::Duration;

use parking_lot::Mutex;
use sqlx::AssertSqlSafe;
use tokio::time::Instant;
use uuid::Uuid;
use vigie_eventlog::view::CheckpointTable;
use vigie_eventlog::{Checkpoint, Database, Row};

use super::Error;

/// The relay's row in the database of a log.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) database: Database,
    /// `<context>-<shard>`.
    pub(super) name: String,
}

/// What the row says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stand {
    pub(super) epoch: i64,
    /// The last event that is on Kafka.
    pub(super) cursor: Checkpoint,
}

/// The right to carry the log, under an epoch, until somebody else takes it.
#[derive(Debug)]
pub(super) struct Lease {
    place: Place,
    pub(super) epoch: i64,
    /// Where it was when the lease was taken.
    pub(super) cursor: Checkpoint,
    ttl: Duration,
    renew_at: Mutex<Instant>,
}

/// The database's clock in microseconds.
pub(super) const fn now(database: &Database) -> &'static str {
    match database {
        Database::Postgres(_) => "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::BIGINT",
        Database::Sqlite(_) => "CAST(unixepoch('subsec') * 1000000 AS INTEGER)",
    }
}

/// A cursor that a crash sets back means repeats, which readers skip: it does not wait for the disk.
const fn without_waiting_for_the_disk(database: &Database) -> &'static str {
    match database {
        Database::Postgres(_) => "AND set_config('synchronous_commit', 'off', true) IS NOT NULL",
        // The pool's own setting.
        Database::Sqlite(_) => "",
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl Place {
    pub(super) async fn stand(&self) -> Result<Option<Stand>, sqlx::Error> {
        let sql = "SELECT incarnation, position, hash, epoch FROM relay WHERE name = $1";
        let rows = self.database.query(sql, &[self.name.as_str().into()]).await?;
        rows.first().map(stand_of).transpose()
    }

    /// Takes the lease if it is free, expired or already `holder`'s.
    pub(super) async fn take(&self, holder: Uuid, ttl: Duration) -> Result<Option<Lease>, sqlx::Error> {
        let asked_at = Instant::now();
        let mut transaction = self.database.begin().await?;
        let start = Checkpoint::START;
        let row = "INSERT INTO relay (name, epoch, holder, until, incarnation, position, hash) \
                   VALUES ($1, 0, NULL, 0, $2, $3, $4) ON CONFLICT (name) DO NOTHING";
        let name = || self.name.as_str().into();
        let values =
            [name(), start.incarnation.into(), start.position.into(), start.hash.0.as_slice().into()];
        transaction.execute(row, &values).await?;
        let now = now(&self.database);
        let take = format!(
            "UPDATE relay SET epoch = epoch + 1, holder = $2, until = {now} + $3 \
             WHERE name = $1 AND (holder IS NULL OR holder = $2 OR until <= {now}) \
             RETURNING incarnation, position, hash, epoch"
        );
        let values = [name(), holder.into(), micros(ttl).into()];
        let taken = transaction.query(AssertSqlSafe(take), &values).await?;
        let stand = taken.first().map(stand_of).transpose()?;
        transaction.commit().await?;
        Ok(stand.map(|Stand { epoch, cursor }| Lease {
            place: self.clone(),
            epoch,
            cursor,
            ttl,
            renew_at: Mutex::new(asked_at + ttl / 3),
        }))
    }
}

impl Lease {
    /// Does `work` and renews the lease meanwhile.
    pub(super) async fn keeping<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let keep = async {
            loop {
                let renew_at = *self.renew_at.lock();
                tokio::time::sleep_until(renew_at).await;
                // Somebody may have moved the cursor meanwhile, which renews as well.
                if *self.renew_at.lock() == renew_at
                    && let Err(error) = self.renew().await
                {
                    return error;
                }
            }
        };
        tokio::select! {
            done = work => done,
            error = keep => Err(error),
        }
    }

    pub(super) async fn renew(&self) -> Result<(), Error> {
        self.update("", &[]).await
    }

    /// Everything up to `cursor` is on Kafka. Renews as well.
    pub(super) async fn advance(&self, cursor: Checkpoint) -> Result<(), Error> {
        let values = [cursor.incarnation.into(), cursor.position.into(), cursor.hash.0.as_slice().into()];
        self.update(", incarnation = $4, position = $5, hash = $6", &values).await
    }

    async fn update(&self, set: &str, values: &[vigie_eventlog::Value]) -> Result<(), Error> {
        let Place { database, name } = &self.place;
        let sql = format!(
            "UPDATE relay SET until = {} + $3 {set} WHERE name = $1 AND epoch = $2 {}",
            now(database),
            without_waiting_for_the_disk(database)
        );
        let mut all = vec![name.as_str().into(), self.epoch.into(), micros(self.ttl).into()];
        all.extend_from_slice(values);
        let asked_at = Instant::now();
        let updated = database.execute(AssertSqlSafe(sql), &all);
        let updated = tokio::time::timeout(self.ttl, updated).await;
        match updated.map_err(|_| sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))?? {
            1 => {
                *self.renew_at.lock() = asked_at + self.ttl / 3;
                Ok(())
            }
            _ => Err(Error::LeaseLost),
        }
    }

    /// Lets others have it at once; whoever cannot say so lets it run out.
    pub(super) async fn release(self) {
        let Place { database, name } = &self.place;
        let sql = "UPDATE relay SET holder = NULL, until = 0 WHERE name = $1 AND epoch = $2";
        let values = [name.as_str().into(), self.epoch.into()];
        let released = database.execute(sql, &values);
        if let Ok(Err(error)) = tokio::time::timeout(self.ttl, released).await {
            tracing::debug!(%error, "the relay's lease was not given back; it runs out by itself");
        }
    }
}

fn stand_of(row: &Row) -> Result<Stand, sqlx::Error> {
    Ok(Stand { cursor: CheckpointTable::of(row)?, epoch: row.i64(3)? })
}
