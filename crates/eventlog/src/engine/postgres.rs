//! PostgreSQL: the common append is one statement, one round trip (rule 1).

use async_trait::async_trait;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgDatabaseError, PgSeverity};
use sqlx::{Connection as _, Row as _};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::{
    Batch, CommitError, Committed, HEAD, Head, LeaseAfter, PARTITION_POSITIONS, Session, Standing,
    due_micros, head_of,
};
use crate::aggregate::DirectoryOp;
use crate::append::{Due, LeaseOp, RequestKey, RequestRecord};
use crate::database::Row;

/// Key of the log's advisory lock, with the schema's hash in the lower half.
const LOCK_SPACE: i64 = 0x5669_6769;

/// Raised by `expect_count`.
const EXPECTATION_FAILED: &str = "VG001";

// Why the parts depend on one another: `guard` refuses while another replica holds the lock exclusively or waits for it,
// so that it is not starved; $1 is NULL where this session holds it itself. `ev` comes first, so that two replicas meet at the primary key of the position before either
// has touched a stream. `expect_count` raises when a version, lease or key did not hold: all or nothing.
macro_rules! append_statement {
    ($directory:literal, $expect_directory:literal) => {
        concat!(
            "WITH guard AS MATERIALIZED (
  SELECT COALESCE(pg_try_advisory_xact_lock_shared($1), TRUE) AS free,
    (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now
), ev AS (
  INSERT INTO events (position, event_id, shard, incarnation, stream_id, stream_version, type, account_id, recorded_at,
    occurred_at, actor, on_behalf_of, channel, request_id, act_id, traceparent, payload, hash)
  SELECT u.position, u.event_id, $2, $3, u.stream_id, u.stream_version, u.type, u.account_id, u.recorded_at,
    u.occurred_at, u.actor, u.on_behalf_of, u.channel, u.request_id, u.act_id, u.traceparent, u.payload, u.hash
  FROM guard, unnest($4::bigint[], $5::uuid[], $6::uuid[], $7::bigint[], $8::text[], $9::uuid[], $10::bigint[],
    $11::bigint[], $12::text[], $13::text[], $14::text[], $15::uuid[], $16::uuid[], $17::text[], $18::bytea[],
    $19::bytea[])
    AS u(position, event_id, stream_id, stream_version, type, account_id, recorded_at, occurred_at, actor, on_behalf_of,
      channel, request_id, act_id, traceparent, payload, hash)
  WHERE guard.free
  RETURNING 1
), written AS MATERIALIZED (
  SELECT count(*) AS n FROM ev
), created AS (
  INSERT INTO streams AS s (stream_id, kind, version, due_at)
  SELECT u.stream_id, u.kind, u.version, u.due_at
  FROM guard, written, unnest($20::uuid[], $21::text[], $22::bigint[], $23::bigint[])
    AS u(stream_id, kind, version, due_at)
  WHERE guard.free AND written.n >= 0
  ON CONFLICT (stream_id) DO UPDATE
    SET version = excluded.version, due_at = COALESCE(excluded.due_at, s.due_at) WHERE s.version = 0
  RETURNING 1
), changed AS (
  UPDATE streams AS s SET
    version = u.version_to,
    due_at = CASE WHEN u.due_keep THEN s.due_at ELSE u.due_at END,
    lease_taken_over = CASE
      WHEN u.take_holder IS NOT NULL AND (s.lease_holder IS NULL OR s.lease_until <= guard.now)
      THEN s.lease_holder IS NOT NULL ELSE s.lease_taken_over END,
    lease_holder = CASE
      WHEN u.settle_fence IS NOT NULL THEN NULL
      WHEN u.take_holder IS NOT NULL AND (s.lease_holder IS NULL OR s.lease_until <= guard.now) THEN u.take_holder
      ELSE s.lease_holder END,
    lease_fence = CASE
      WHEN u.take_holder IS NOT NULL AND (s.lease_holder IS NULL OR s.lease_until <= guard.now)
      THEN s.lease_fence + 1 ELSE s.lease_fence END,
    lease_until = CASE
      WHEN u.settle_fence IS NOT NULL THEN 0
      WHEN u.take_holder IS NOT NULL AND (s.lease_holder IS NULL OR s.lease_until <= guard.now)
      THEN guard.now + u.take_ttl ELSE s.lease_until END
  FROM guard, written, unnest($24::uuid[], $25::bigint[], $26::bigint[], $27::bool[], $28::bigint[], $29::uuid[],
    $30::bigint[], $31::uuid[], $32::bigint[])
    AS u(stream_id, version_from, version_to, due_keep, due_at, take_holder, take_ttl, settle_holder, settle_fence)
  WHERE guard.free AND written.n >= 0 AND s.stream_id = u.stream_id AND s.version = u.version_from
    AND (u.settle_fence IS NULL OR (s.lease_fence = u.settle_fence AND s.lease_holder = u.settle_holder))
  RETURNING s.stream_id, s.lease_holder, s.lease_fence, s.lease_until, s.lease_taken_over,
    u.take_holder IS NOT NULL AS asked,
    COALESCE(s.lease_until = guard.now + u.take_ttl AND s.lease_holder = u.take_holder, FALSE) AS granted
), remembered AS (
  INSERT INTO requests (request_id, caller, method, body_hash, stream_id, act_id, recorded_at)
  SELECT u.request_id, u.caller, u.method, u.body_hash, u.stream_id, u.act_id, $39
  FROM guard, written, unnest($33::uuid[], $34::text[], $35::text[], $36::bytea[], $37::uuid[], $38::uuid[])
    AS u(request_id, caller, method, body_hash, stream_id, act_id)
  WHERE guard.free AND written.n >= 0
  RETURNING 1
)",
            $directory,
            "
SELECT guard.free, guard.now,
  CASE WHEN guard.free THEN expect_count((SELECT count(*) FROM created) + (SELECT count(*) FROM changed), $40, 'stream') END,
  ",
            $expect_directory,
            "
  c.stream_id, c.lease_holder, c.lease_fence, c.lease_until, c.lease_taken_over, c.granted
FROM guard LEFT JOIN changed AS c ON c.asked"
        )
    };
}

const APPEND: &str = append_statement!("", "NULL,");

const APPEND_WITH_DIRECTORY: &str = append_statement!(
    ", reserved AS (
  INSERT INTO keys AS k (kind, key, stream_id, held, until)
  SELECT u.kind, u.key, u.stream_id, TRUE, 0
  FROM guard, written, unnest($41::text[], $42::text[], $43::uuid[]) AS u(kind, key, stream_id)
  WHERE guard.free AND written.n >= 0
  ON CONFLICT (kind, key) DO UPDATE SET stream_id = excluded.stream_id, held = TRUE, until = 0
  WHERE k.stream_id = excluded.stream_id OR (NOT k.held AND k.until <= $39)
  RETURNING 1
), linked AS (
  INSERT INTO links (kind, key, stream_id)
  SELECT u.kind, u.key, u.stream_id
  FROM guard, written, unnest($44::text[], $45::text[], $46::uuid[]) AS u(kind, key, stream_id)
  WHERE guard.free AND written.n >= 0
  ON CONFLICT (kind, key, stream_id) DO NOTHING
  RETURNING 1
)",
    "CASE WHEN guard.free THEN expect_count((SELECT count(*) FROM reserved), $47, 'key') END,"
);

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
        let with_directory = !batch.directory.is_empty();
        let events = &batch.events;
        let created: Vec<_> = batch.streams.iter().filter(|change| change.from == 0).collect();
        let changed: Vec<_> = batch.streams.iter().filter(|change| change.from != 0).collect();

        let mut query = sqlx::query(if with_directory { APPEND_WITH_DIRECTORY } else { APPEND })
            // Its holder would be refused the lock's shared mode too while somebody else waits for it.
            .bind((!self.holds_lock).then_some(self.lock))
            .bind(self.shard)
            .bind(events.first().map_or(1, |event| event.incarnation));
        macro_rules! column {
            ($rows:expr, $row:ident => $value:expr) => {
                query = query.bind($rows.iter().map(|$row| $value).collect::<Vec<_>>());
            };
        }
        column!(events, e => e.position);
        column!(events, e => e.event_id);
        column!(events, e => e.stream_id);
        column!(events, e => e.stream_version);
        column!(events, e => e.event_type.as_str());
        column!(events, e => e.account_id);
        column!(events, e => e.recorded_at.as_micros());
        column!(events, e => e.occurred_at.as_micros());
        column!(events, e => e.actor.as_str());
        column!(events, e => e.on_behalf_of.as_deref());
        column!(events, e => e.channel.as_str());
        column!(events, e => e.request_id);
        column!(events, e => e.act_id);
        column!(events, e => e.traceparent.as_deref());
        column!(events, e => e.payload.as_slice());
        column!(events, e => e.hash.0.as_slice());
        column!(created, s => s.stream_id);
        column!(created, s => s.kind);
        column!(created, s => s.to);
        column!(created, s => due_micros(s.due));
        column!(changed, s => s.stream_id);
        column!(changed, s => s.from);
        column!(changed, s => s.to);
        column!(changed, s => s.due == Due::Keep);
        column!(changed, s => due_micros(s.due));
        column!(changed, s => match s.lease { LeaseOp::Take { holder, .. } => Some(holder), _ => None });
        column!(changed, s => match s.lease {
            LeaseOp::Take { ttl, .. } => Some(i64::try_from(ttl.as_micros()).unwrap_or(i64::MAX)),
            _ => None,
        });
        column!(changed, s => match s.lease { LeaseOp::Settle { holder, .. } => Some(holder), _ => None });
        column!(changed, s => match s.lease { LeaseOp::Settle { fence, .. } => Some(fence), _ => None });
        column!(batch.requests, r => r.key.request_id);
        column!(batch.requests, r => r.key.caller.as_str());
        column!(batch.requests, r => r.key.method.as_str());
        column!(batch.requests, r => r.body_hash.as_slice());
        column!(batch.requests, r => r.stream_id);
        column!(batch.requests, r => r.act_id);
        query = query.bind(batch.recorded_at.as_micros());
        query = query.bind(i64::try_from(batch.streams.len()).unwrap_or(i64::MAX));
        if with_directory {
            let mut reserved = Vec::new();
            let mut linked = Vec::new();
            for change in &batch.directory {
                match &change.op {
                    DirectoryOp::Reserve { kind, key } => {
                        reserved.push((*kind, key.as_str(), change.stream_id))
                    }
                    DirectoryOp::Link { kind, key } => linked.push((*kind, key.as_str(), change.stream_id)),
                    DirectoryOp::Release { .. } | DirectoryOp::Unlink { .. } => {}
                }
            }
            column!(reserved, r => r.0);
            column!(reserved, r => r.1);
            column!(reserved, r => r.2);
            column!(linked, l => l.0);
            column!(linked, l => l.1);
            column!(linked, l => l.2);
            query = query.bind(i64::try_from(reserved.len()).unwrap_or(i64::MAX));
        }

        let rows = query.fetch_all(&mut self.connection).await.map_err(classify)?;
        let mut committed = Committed::default();
        for row in &rows {
            if !row.try_get::<bool, _>(0).map_err(classify)? {
                return Err(CommitError::Refused);
            }
            committed.database_now = Some(Timestamp::from_micros(row.try_get(1).map_err(classify)?));
            if let Some(stream_id) = row.try_get::<Option<Uuid>, _>(4).map_err(classify)? {
                committed.leases.push(LeaseAfter {
                    stream_id,
                    holder: row.try_get(5).map_err(classify)?,
                    fence: row.try_get(6).map_err(classify)?,
                    until: Timestamp::from_micros(row.try_get(7).map_err(classify)?),
                    taken_over: row.try_get(8).map_err(classify)?,
                    granted: row.try_get(9).map_err(classify)?,
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
