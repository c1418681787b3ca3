//! PostgreSQL: the common append is one statement, one round trip (rule 1).

mod statement;

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError, PgSeverity};
use sqlx::{Connection as _, Row as _};
use uuid::Uuid;
use vigie_clock::Timestamp;

use self::statement::{COLUMNS_WITHOUT_LEASES, append_statement};
use super::{
    Batch, CommitError, Committed, HEAD, Head, LeaseAfter, PARTITION_POSITIONS, Session, Standing, head_of,
};
use crate::aggregate::DirectoryOp;
use crate::append::{RequestKey, RequestRecord};
use crate::database::Row;

/// Key of the log's advisory lock, with the schema's hash in the lower half.
const LOCK_SPACE: i64 = 0x5669_6769;

/// Raised by `expect_count`.
const EXPECTATION_FAILED: &str = "VG001";

/// The writer's session.
pub(crate) struct PostgresSession {
    connection: PgConnection,
    lock: i64,
    shard: i64,
    holds_lock: bool,
}

impl PostgresSession {
    /// Connects with the writer's planner settings: a statement prepared on empty tables must not scan for ever.
    pub(crate) async fn connect(options: &PgConnectOptions, schema: &str) -> Result<Self, sqlx::Error> {
        let options = options.clone().options([
            ("plan_cache_mode", "force_generic_plan"),
            ("enable_seqscan", "off"),
            ("enable_hashjoin", "off"),
            ("enable_mergejoin", "off"),
            // A forbidden plan that is the only one, as for a table of one row, costs so much that it would be compiled:
            // 50 ms at each execution.
            ("jit", "off"),
            ("synchronous_commit", "on"),
        ]);
        let mut connection = PgConnection::connect_with(&options).await?;
        let row = sqlx::query("SELECT shard, hashtext($1)::bigint & 4294967295 FROM log")
            .bind(schema)
            .fetch_one(&mut connection)
            .await?;
        let (shard, lock) = (row.try_get(0)?, (LOCK_SPACE << 32) | row.try_get::<i64, _>(1)?);
        Ok(Self { connection, lock, shard, holds_lock: false })
    }

    /// Refuses a server that would lose what it acknowledged (rule 8).
    pub(crate) async fn require_durability(&mut self) -> Result<(), String> {
        for setting in ["fsync", "full_page_writes"] {
            let value: String = sqlx::query_scalar("SELECT current_setting($1)")
                .bind(setting)
                .fetch_one(&mut self.connection)
                .await
                .map_err(|error| error.to_string())?;
            if value != "on" {
                return Err(format!(
                    "PostgreSQL runs with {setting}={value}: acknowledged events could be lost"
                ));
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Session for PostgresSession {
    async fn head(&mut self) -> Result<Head, sqlx::Error> {
        let row = sqlx::query(HEAD).fetch_one(&mut self.connection).await?;
        head_of(&Row::Postgres(row))
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Committed, CommitError> {
        // Its holder would be refused the lock's shared mode too while somebody else waits for it.
        let mut statement = append_statement(batch, self.shard, (!self.holds_lock).then_some(self.lock));
        let rows = statement.build().fetch_all(&mut self.connection).await.map_err(classify)?;
        let mut committed = Committed::default();
        for row in &rows {
            if !row.try_get::<bool, _>(0).map_err(classify)? {
                return Err(CommitError::Refused);
            }
            committed.database_now = Some(Timestamp::from_micros(row.try_get(1).map_err(classify)?));
            if row.len() == COLUMNS_WITHOUT_LEASES {
                continue;
            }
            if let Some(stream_id) = row.try_get::<Option<Uuid>, _>(3).map_err(classify)? {
                committed.leases.push(LeaseAfter {
                    stream_id,
                    holder: row.try_get(4).map_err(classify)?,
                    fence: row.try_get(5).map_err(classify)?,
                    until: Timestamp::from_micros(row.try_get(6).map_err(classify)?),
                    taken_over: row.try_get(7).map_err(classify)?,
                    granted: row.try_get(8).map_err(classify)?,
                });
            }
        }
        // Freeing keys is rare and only done under the exclusive lock, as statements of their own.
        for change in &batch.directory {
            match &change.op {
                DirectoryOp::Release { kind, key, until } => {
                    sqlx::query(super::sqlite::RELEASE)
                        .bind(*kind)
                        .bind(key)
                        .bind(change.stream_id)
                        .bind(until.as_micros())
                        .execute(&mut self.connection)
                        .await
                        .map_err(classify)?;
                }
                DirectoryOp::Unlink { kind, key } => {
                    sqlx::query(super::sqlite::UNLINK)
                        .bind(*kind)
                        .bind(key)
                        .bind(change.stream_id)
                        .execute(&mut self.connection)
                        .await
                        .map_err(classify)?;
                }
                DirectoryOp::Reserve { .. } | DirectoryOp::Link { .. } => {}
            }
        }
        Ok(committed)
    }

    async fn begin_exclusive(&mut self) -> Result<(), sqlx::Error> {
        sqlx::raw_sql("BEGIN").execute(&mut self.connection).await?;
        // A statement of its own: lock and version check in one statement read the stale version.
        sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(self.lock).execute(&mut self.connection).await?;
        self.holds_lock = true;
        Ok(())
    }

    async fn standing(
        &mut self,
        streams: &[Uuid],
        requests: &[RequestKey],
        keys: &[(String, String)],
        now: Timestamp,
    ) -> Result<Standing, sqlx::Error> {
        let mut standing = Standing::default();
        let rows = sqlx::query(
            "SELECT stream_id, version, lease_holder, lease_fence FROM streams WHERE stream_id = ANY($1)",
        )
        .bind(streams)
        .fetch_all(&mut self.connection)
        .await?;
        for row in rows {
            let stream_id = row.try_get(0)?;
            standing.versions.insert(stream_id, row.try_get(1)?);
            standing.leases.insert(stream_id, (row.try_get(2)?, row.try_get(3)?));
        }
        if !requests.is_empty() {
            let ids: Vec<Uuid> = requests.iter().map(|key| key.request_id).collect();
            let rows = sqlx::query(
                "SELECT request_id, caller, method, body_hash, stream_id, act_id FROM requests \
                 WHERE request_id = ANY($1)",
            )
            .bind(ids)
            .fetch_all(&mut self.connection)
            .await?;
            for row in rows {
                let key = RequestKey {
                    request_id: row.try_get(0)?,
                    caller: row.try_get(1)?,
                    method: row.try_get(2)?,
                };
                let body_hash = row.try_get::<Vec<u8>, _>(3)?.try_into().unwrap_or_default();
                let record = RequestRecord {
                    key: key.clone(),
                    body_hash,
                    stream_id: row.try_get(4)?,
                    act_id: row.try_get(5)?,
                };
                standing.requests.insert(key, record);
            }
        }
        if !keys.is_empty() {
            let (kinds, texts): (Vec<String>, Vec<String>) = keys.iter().cloned().unzip();
            let rows = sqlx::query(
                "SELECT k.kind, k.key, k.stream_id FROM unnest($1::text[], $2::text[]) AS u(kind, key) \
                 JOIN keys AS k ON k.kind = u.kind AND k.key = u.key WHERE k.held OR k.until > $3",
            )
            .bind(kinds)
            .bind(texts)
            .bind(now.as_micros())
            .fetch_all(&mut self.connection)
            .await?;
            for row in rows {
                standing.keys.insert((row.try_get(0)?, row.try_get(1)?), row.try_get(2)?);
            }
        }
        Ok(standing)
    }

    async fn end_exclusive(&mut self) -> Result<(), CommitError> {
        self.holds_lock = false;
        sqlx::raw_sql("COMMIT").execute(&mut self.connection).await.map_err(classify)?;
        Ok(())
    }

    async fn rollback(&mut self) -> Result<(), sqlx::Error> {
        self.holds_lock = false;
        sqlx::raw_sql("ROLLBACK").execute(&mut self.connection).await?;
        Ok(())
    }

    async fn event_ids(&mut self, first: i64, count: usize) -> Result<Vec<Uuid>, sqlx::Error> {
        sqlx::query_scalar("SELECT event_id FROM events WHERE position >= $1 ORDER BY position LIMIT $2")
            .bind(first)
            .bind(i64::try_from(count).unwrap_or(i64::MAX))
            .fetch_all(&mut self.connection)
            .await
    }

    async fn make_room(&mut self, position: i64) -> Result<(), sqlx::Error> {
        sqlx::query("SELECT ensure_partition($1)")
            .bind(position / PARTITION_POSITIONS)
            .execute(&mut self.connection)
            .await?;
        Ok(())
    }
}

/// An ERROR from the server means that nothing was committed; a lost or dying connection means that nobody knows.
fn classify(error: sqlx::Error) -> CommitError {
    let sqlx::Error::Database(database) = &error else {
        return match error {
            sqlx::Error::Encode(_) | sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                CommitError::Data(error.to_string())
            }
            _ => CommitError::Unknown(error.to_string()),
        };
    };
    let Some(postgres) = database.try_downcast_ref::<PgDatabaseError>() else {
        return CommitError::Unknown(error.to_string());
    };
    if matches!(postgres.severity(), PgSeverity::Fatal | PgSeverity::Panic) {
        return CommitError::Unknown(error.to_string());
    }
    let code = postgres.code();
    match code {
        "23505" if postgres.table().is_some_and(|table| table.starts_with("events")) => {
            CommitError::PositionTaken
        }
        // Deadlock, lock timeout and serialization failure: look again under the lock.
        "23505" | EXPECTATION_FAILED | "40P01" | "55P03" | "40001" => CommitError::Conflict,
        // The schema moved under a prepared statement, or a partition is missing: neither is anybody's data.
        "0A000" | "23514" => CommitError::Failed(error.to_string()),
        // One key twice in one append.
        "21000" => CommitError::Data(error.to_string()),
        _ if code.starts_with("22") || code.starts_with("23") || code.starts_with("54") => {
            CommitError::Data(error.to_string())
        }
        _ => CommitError::Failed(error.to_string()),
    }
}
