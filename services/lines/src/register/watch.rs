//! Lines that a late write may still change, on record in the database (EVENTLOG.md, rule 27).
//!
//! No register checks a fencing number, so a write that was given up, or one of a replica that lost its lease, can land at any
//! time. The row is written before anything else is tried. Any replica re-reads the line every second until the row's end.

use std::time::Duration;

use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::{Database, MigrationText};

/// The tables of watches and of the reconciler's control, numbered among the migrations of `lines`.
pub const MIGRATION: MigrationText = MigrationText {
    version: 2,
    description: "register watch",
    postgres: include_str!("../../migrations/postgres/0002_register_watch.sql"),
    sqlite: include_str!("../../migrations/sqlite/0002_register_watch.sql"),
};

/// Why a line is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A write was not answered.
    UnknownEffect,
    /// The holder before did not give the lease back.
    LeaseTakenOver,
    /// Somebody else has our lease: what we wrote last may have come after what they wrote.
    LeaseLost,
    /// A write was answered when its lease was over.
    LateAnswer,
    /// Armed for one of the others, before the log was restored: the intents of now may be older than that write.
    LogRestored,
}

impl Cause {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownEffect => "UNKNOWN_EFFECT",
            Self::LeaseTakenOver => "LEASE_TAKEN_OVER",
            Self::LeaseLost => "LEASE_LOST",
            Self::LateAnswer => "LATE_ANSWER",
            Self::LogRestored => "LOG_RESTORED",
        }
    }
}

/// A line whose next look is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DueWatch {
    pub(crate) line_id: Uuid,
    pub(crate) next_check_at: Timestamp,
}

/// The table of watches.
#[derive(Clone, Debug)]
pub(crate) struct Watches {
    database: Database,
}

impl Watches {
    pub(crate) const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Watches the line from now for `time`; a watch that is there already is never shortened.
    pub(crate) async fn arm(
        &self,
        line_id: Uuid,
        now: Timestamp,
        time: Duration,
        cause: Cause,
    ) -> Result<(), sqlx::Error> {
        self.database
            .execute(
                "INSERT INTO register_watch (line_id, until, next_check_at, cause) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (line_id) DO UPDATE SET cause = excluded.cause, next_check_at = excluded.next_check_at, \
                 until = CASE WHEN register_watch.until > excluded.until THEN register_watch.until ELSE excluded.until END",
                &[
                    line_id.into(),
                    now.plus(time).as_micros().into(),
                    now.as_micros().into(),
                    cause.as_str().into(),
                ],
            )
            .await
            .map(drop)
    }

    /// At most `limit` lines whose look is due, most overdue first.
    pub(crate) async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<DueWatch>, sqlx::Error> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = self
            .database
            .query(
                "SELECT line_id, next_check_at FROM register_watch WHERE next_check_at <= $1 ORDER BY next_check_at LIMIT $2",
                &[now.as_micros().into(), limit.into()],
            )
            .await?;
        let watch = |row: &vigie_eventlog::Row| {
            Ok(DueWatch { line_id: row.uuid(0)?, next_check_at: Timestamp::from_micros(row.i64(1)?) })
        };
        rows.iter().map(watch).collect()
    }

    /// Takes a look upon oneself; false if another replica did.
    pub(crate) async fn claim(&self, watch: DueWatch, next_check_at: Timestamp) -> Result<bool, sqlx::Error> {
        let changed = self
            .database
            .execute(
                "UPDATE register_watch SET next_check_at = $3 WHERE line_id = $1 AND next_check_at = $2",
                &[
                    watch.line_id.into(),
                    watch.next_check_at.as_micros().into(),
                    next_check_at.as_micros().into(),
                ],
            )
            .await?;
        Ok(changed == 1)
    }

    /// Ends the watch if its time is over at `now`.
    pub(crate) async fn end(&self, line_id: Uuid, now: Timestamp) -> Result<(), sqlx::Error> {
        self.database
            .execute(
                "DELETE FROM register_watch WHERE line_id = $1 AND until <= $2",
                &[line_id.into(), now.as_micros().into()],
            )
            .await
            .map(drop)
    }

    /// The log was restored: watches go on, and explain nothing any more. Answers how many there are.
    pub(crate) async fn distrust(&self) -> Result<u64, sqlx::Error> {
        self.database
            .execute("UPDATE register_watch SET cause = $1", &[Cause::LogRestored.as_str().into()])
            .await
    }

    /// How many lines are watched.
    pub(crate) async fn count(&self) -> Result<u64, sqlx::Error> {
        let rows = self.database.query("SELECT COUNT(*) FROM register_watch", &[]).await?;
        let count = rows.first().ok_or(sqlx::Error::RowNotFound)?.i64(0)?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// Whether the line is watched for a write of ours that explains whatever is found different. If the log was restored
    /// since, none does: the log may lack the very intent that the register shows.
    pub(crate) async fn explains(&self, line_id: Uuid) -> Result<bool, sqlx::Error> {
        let rows = self
            .database
            .query(
                "SELECT 1 FROM register_watch WHERE line_id = $1 AND cause <> $2",
                &[line_id.into(), Cause::LogRestored.as_str().into()],
            )
            .await?;
        Ok(!rows.is_empty())
    }
}
