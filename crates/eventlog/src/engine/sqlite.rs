//! SQLite: one process per file, so nobody else writes; a batch is one `BEGIN IMMEDIATE` transaction.

use std::collections::HashMap;

use async_trait::async_trait;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteRow};
use sqlx::{Arguments as _, Connection as _, Row as _};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::{
    Batch, CommitError, Committed, EVENT_COLUMNS, HEAD, Head, LeaseAfter, Session, Standing, due_micros,
    head_of,
};
use crate::aggregate::DirectoryOp;
use crate::append::{Due, LeaseOp, RequestKey, RequestRecord};
use crate::database::Row;
use crate::event::RecordedEvent;

/// Gives an exclusive key back, in quarantine until `$4`. Equal on both engines.
pub(super) const RELEASE: &str =
    "UPDATE keys SET held = FALSE, until = $4 WHERE kind = $1 AND key = $2 AND stream_id = $3";

/// Takes a stream out from under a shared key. Equal on both engines.
pub(super) const UNLINK: &str = "DELETE FROM links WHERE kind = $1 AND key = $2 AND stream_id = $3";

const RESERVE: &str = "INSERT INTO keys AS k (kind, key, stream_id, held, until) VALUES ($1, $2, $3, TRUE, 0) \
     ON CONFLICT (kind, key) DO UPDATE SET stream_id = excluded.stream_id, held = TRUE, until = 0 \
     WHERE k.stream_id = excluded.stream_id OR (NOT k.held AND k.until <= $4)";

const LINK: &str = "INSERT INTO links (kind, key, stream_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";

/// Rows per multi-row statement are powers of two up to this, so that few distinct statements are prepared.
const CHUNK_MAX: usize = 64;

/// The writer's session.
pub(crate) struct SqliteSession {
    connection: SqliteConnection,
    in_transaction: bool,
    statements: HashMap<(Statement, usize), &'static str>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Statement {
    Events,
    Created,
    Changed,
    Requests,
}

impl Statement {
    fn columns(self) -> usize {
        match self {
            Self::Events => 18,
            Self::Created => 4,
            Self::Changed => 10,
            Self::Requests => 7,
        }
    }

    fn text(self, rows: usize) -> String {
        let mut values = String::new();
        let mut parameter = 0;
        for row in 0..rows {
            values.push_str(if row == 0 { "(" } else { ",(" });
            for column in 0..self.columns() {
                parameter += 1;
                let comma = if column == 0 { "" } else { "," };
                values.push_str(&format!("{comma}?{parameter}"));
            }
            values.push(')');
        }
        match self {
            Self::Events => format!("INSERT INTO events ({EVENT_COLUMNS}) VALUES {values}"),
            Self::Created => format!(
                "INSERT INTO streams AS s (stream_id, kind, version, due_at) VALUES {values} \
                 ON CONFLICT (stream_id) DO UPDATE SET version = excluded.version, \
                 due_at = COALESCE(excluded.due_at, s.due_at) WHERE s.version = 0"
            ),
            Self::Changed => format!(
                "WITH u(stream_id, version_from, version_to, due_keep, due_at, take_holder, take_ttl, settle_holder, \
                 settle_fence, now) AS (VALUES {values}) \
                 UPDATE streams AS s SET version = u.version_to, \
                 due_at = CASE WHEN u.due_keep THEN s.due_at ELSE u.due_at END, \
                 lease_taken_over = CASE WHEN u.take_holder IS NOT NULL AND (s.lease_holder IS NULL OR \
                   s.lease_until <= u.now) THEN s.lease_holder IS NOT NULL ELSE s.lease_taken_over END, \
                 lease_holder = CASE WHEN u.settle_fence IS NOT NULL THEN NULL \
                   WHEN u.take_holder IS NOT NULL AND (s.lease_holder IS NULL OR s.lease_until <= u.now) \
                   THEN u.take_holder ELSE s.lease_holder END, \
                 lease_fence = CASE WHEN u.take_holder IS NOT NULL AND (s.lease_holder IS NULL OR \
                   s.lease_until <= u.now) THEN s.lease_fence + 1 ELSE s.lease_fence END, \
                 lease_until = CASE WHEN u.settle_fence IS NOT NULL THEN 0 \
                   WHEN u.take_holder IS NOT NULL AND (s.lease_holder IS NULL OR s.lease_until <= u.now) \
                   THEN u.now + u.take_ttl ELSE s.lease_until END \
                 FROM u WHERE s.stream_id = u.stream_id AND s.version = u.version_from AND (u.settle_fence IS NULL \
                   OR (s.lease_fence = u.settle_fence AND s.lease_holder = u.settle_holder))"
            ),
            Self::Requests => format!(
                "INSERT INTO requests (request_id, caller, method, body_hash, stream_id, act_id, recorded_at) \
                 VALUES {values}"
            ),
        }
    }
}

impl SqliteSession {
    pub(crate) async fn connect(options: &SqliteConnectOptions) -> Result<Self, sqlx::Error> {
        let connection = SqliteConnection::connect_with(options).await?;
        Ok(Self { connection, in_transaction: false, statements: HashMap::new() })
    }

    /// Runs `statement` over all `rows`; answers how many rows of the table it touched.
    async fn run<T>(
        &mut self,
        statement: Statement,
        rows: &[T],
        bind: impl Fn(&T, &mut SqliteArguments) -> Result<(), sqlx::error::BoxDynError> + Send + Sync,
    ) -> Result<u64, CommitError>
    where
        T: Sync,
    {
        let mut touched = 0;
        let mut rest = rows;
        while !rest.is_empty() {
            let size = usize::min(CHUNK_MAX, 1 << rest.len().ilog2());
            let (chunk, after) = rest.split_at(size);
            rest = after;
            let text = *self
                .statements
                .entry((statement, size))
                // A handful of texts for the life of the process.
                .or_insert_with(|| Box::leak(statement.text(size).into_boxed_str()));
            let mut arguments = SqliteArguments::default();
            for row in chunk {
                bind(row, &mut arguments).map_err(|error| CommitError::Data(error.to_string()))?;
            }
            touched += sqlx::query_with(text, arguments)
                .execute(&mut self.connection)
                .await
                .map_err(|error| classify(&error))?
                .rows_affected();
        }
        Ok(touched)
    }

    async fn insert(&mut self, batch: &Batch) -> Result<Committed, CommitError> {
        let now = batch.recorded_at.as_micros();
        self.run(Statement::Events, &batch.events, |event, arguments| bind_event(event, arguments)).await?;
        let (created, changed): (Vec<_>, Vec<_>) = batch.streams.iter().partition(|change| change.from == 0);
        let made = self
            .run(Statement::Created, &created, |change, arguments| {
                arguments.add(change.stream_id)?;
                arguments.add(change.kind)?;
                arguments.add(change.to)?;
                arguments.add(due_micros(change.due))
            })
            .await?;
        let mut asked = Vec::new();
        for change in &changed {
            if matches!(change.lease, LeaseOp::Take { .. }) {
                asked.extend(self.lease(change.stream_id).await?);
            }
        }
        let touched = self
            .run(Statement::Changed, &changed, move |change, arguments| {
                let (mut take_holder, mut take_ttl, mut settle_holder, mut settle_fence) =
                    (None, None, None, None);
                match change.lease {
                    LeaseOp::Take { holder, ttl } => {
                        take_holder = Some(holder);
                        take_ttl = Some(i64::try_from(ttl.as_micros()).unwrap_or(i64::MAX));
                    }
                    LeaseOp::Settle { holder, fence } => {
                        settle_holder = Some(holder);
                        settle_fence = Some(fence);
                    }
                    LeaseOp::None => {}
                }
                arguments.add(change.stream_id)?;
                arguments.add(change.from)?;
                arguments.add(change.to)?;
                arguments.add(change.due == Due::Keep)?;
                arguments.add(due_micros(change.due))?;
                arguments.add(take_holder)?;
                arguments.add(take_ttl)?;
                arguments.add(settle_holder)?;
                arguments.add(settle_fence)?;
                arguments.add(now)
            })
            .await?;
        if made + touched != batch.streams.len() as u64 {
            return Err(CommitError::Conflict);
        }
        self.run(Statement::Requests, &batch.requests, move |record, arguments| {
            arguments.add(record.key.request_id)?;
            arguments.add(record.key.caller.clone())?;
            arguments.add(record.key.method.clone())?;
            arguments.add(record.body_hash.to_vec())?;
            arguments.add(record.stream_id)?;
            arguments.add(record.act_id)?;
            arguments.add(now)
        })
        .await?;
        self.change_directory(batch).await?;
        let mut committed = Committed::default();
        for before in asked {
            if let Some(after) = self.lease(before.stream_id).await? {
                // The fence grows with each grant; the log's clock may stand still.
                committed.leases.push(LeaseAfter { granted: after.fence != before.fence, ..after });
            }
        }
        Ok(committed)
    }

    async fn change_directory(&mut self, batch: &Batch) -> Result<(), CommitError> {
        for change in &batch.directory {
            let touched = match &change.op {
                DirectoryOp::Reserve { kind, key } => {
                    let query = sqlx::query(RESERVE).bind(*kind).bind(key).bind(change.stream_id);
                    query.bind(batch.recorded_at.as_micros()).execute(&mut self.connection).await
                }
                DirectoryOp::Release { kind, key, until } => {
                    let query = sqlx::query(RELEASE).bind(*kind).bind(key).bind(change.stream_id);
                    query.bind(until.as_micros()).execute(&mut self.connection).await
                }
                DirectoryOp::Link { kind, key } => {
                    let query = sqlx::query(LINK).bind(*kind).bind(key).bind(change.stream_id);
                    query.execute(&mut self.connection).await
                }
                DirectoryOp::Unlink { kind, key } => {
                    let query = sqlx::query(UNLINK).bind(*kind).bind(key).bind(change.stream_id);
                    query.execute(&mut self.connection).await
                }
            }
            .map_err(|error| classify(&error))?
            .rows_affected();
            if touched == 0 && matches!(change.op, DirectoryOp::Reserve { .. }) {
                return Err(CommitError::Conflict);
            }
        }
        Ok(())
    }

    /// The lease of a stream as it stands; `granted` is left to whoever knows how it stood before.
    async fn lease(&mut self, stream_id: Uuid) -> Result<Option<LeaseAfter>, CommitError> {
        let row = sqlx::query(
            "SELECT lease_holder, lease_fence, lease_until, lease_taken_over FROM streams WHERE stream_id = $1",
        )
        .bind(stream_id)
        .fetch_optional(&mut self.connection)
        .await
        .map_err(|error| classify(&error))?;
        let read = |row: SqliteRow| -> Result<LeaseAfter, sqlx::Error> {
            Ok(LeaseAfter {
                stream_id,
                granted: false,
                holder: row.try_get(0)?,
                fence: row.try_get(1)?,
                until: Timestamp::from_micros(row.try_get(2)?),
                taken_over: row.try_get(3)?,
            })
        };
        row.map(read).transpose().map_err(|error| classify(&error))
    }
}

#[async_trait]
impl Session for SqliteSession {
    async fn head(&mut self) -> Result<Head, sqlx::Error> {
        let row = sqlx::query(HEAD).fetch_one(&mut self.connection).await?;
        head_of(&Row::Sqlite(row))
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Committed, CommitError> {
        if self.in_transaction {
            return self.insert(batch).await;
        }
        sqlx::query("BEGIN IMMEDIATE")
            .execute(&mut self.connection)
            .await
            .map_err(|error| classify(&error))?;
        let committed = match self.insert(batch).await {
            Ok(committed) => committed,
            Err(error) => {
                let _ = sqlx::query("ROLLBACK").execute(&mut self.connection).await;
                return Err(error);
            }
        };
        match sqlx::query("COMMIT").execute(&mut self.connection).await {
            Ok(_) => Ok(committed),
            Err(error) => {
                let _ = sqlx::query("ROLLBACK").execute(&mut self.connection).await;
                // A failed sync may still have reached the file.
                Err(CommitError::Unknown(error.to_string()))
            }
        }
    }

    async fn begin_exclusive(&mut self) -> Result<(), sqlx::Error> {
        sqlx::query("BEGIN IMMEDIATE").execute(&mut self.connection).await?;
        self.in_transaction = true;
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
        for stream_id in streams {
            let row =
                sqlx::query("SELECT version, lease_holder, lease_fence FROM streams WHERE stream_id = $1")
                    .bind(stream_id)
                    .fetch_optional(&mut self.connection)
                    .await?;
            if let Some(row) = row {
                standing.versions.insert(*stream_id, row.try_get(0)?);
                standing.leases.insert(*stream_id, (row.try_get(1)?, row.try_get(2)?));
            }
        }
        for key in requests {
            let row = sqlx::query(
                "SELECT body_hash, stream_id, act_id FROM requests \
                 WHERE request_id = $1 AND caller = $2 AND method = $3",
            )
            .bind(key.request_id)
            .bind(&key.caller)
            .bind(&key.method)
            .fetch_optional(&mut self.connection)
            .await?;
            if let Some(row) = row {
                let record = RequestRecord {
                    key: key.clone(),
                    body_hash: row.try_get::<Vec<u8>, _>(0)?.try_into().unwrap_or_default(),
                    stream_id: row.try_get(1)?,
                    act_id: row.try_get(2)?,
                };
                standing.requests.insert(key.clone(), record);
            }
        }
        for (kind, key) in keys {
            let row = sqlx::query(
                "SELECT stream_id FROM keys WHERE kind = $1 AND key = $2 AND (held OR until > $3)",
            )
            .bind(kind)
            .bind(key)
            .bind(now.as_micros())
            .fetch_optional(&mut self.connection)
            .await?;
            if let Some(row) = row {
                standing.keys.insert((kind.clone(), key.clone()), row.try_get(0)?);
            }
        }
        Ok(standing)
    }

    async fn end_exclusive(&mut self) -> Result<(), CommitError> {
        self.in_transaction = false;
        match sqlx::query("COMMIT").execute(&mut self.connection).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let _ = sqlx::query("ROLLBACK").execute(&mut self.connection).await;
                Err(CommitError::Unknown(error.to_string()))
            }
        }
    }

    async fn rollback(&mut self) -> Result<(), sqlx::Error> {
        self.in_transaction = false;
        sqlx::query("ROLLBACK").execute(&mut self.connection).await?;
        Ok(())
    }

    async fn event_ids(&mut self, first: i64, count: usize) -> Result<Vec<Uuid>, sqlx::Error> {
        sqlx::query_scalar("SELECT event_id FROM events WHERE position >= $1 ORDER BY position LIMIT $2")
            .bind(first)
            .bind(i64::try_from(count).unwrap_or(i64::MAX))
            .fetch_all(&mut self.connection)
            .await
    }

    async fn make_room(&mut self, _position: i64) -> Result<(), sqlx::Error> {
        Ok(())
    }
}

fn bind_event(
    event: &RecordedEvent,
    arguments: &mut SqliteArguments,
) -> Result<(), sqlx::error::BoxDynError> {
    arguments.add(event.position)?;
    arguments.add(event.event_id)?;
    arguments.add(i64::from(event.shard))?;
    arguments.add(event.incarnation)?;
    arguments.add(event.stream_id)?;
    arguments.add(event.stream_version)?;
    arguments.add(event.event_type.clone())?;
    arguments.add(event.account_id)?;
    arguments.add(event.recorded_at.as_micros())?;
    arguments.add(event.occurred_at.as_micros())?;
    arguments.add(event.actor.clone())?;
    arguments.add(event.on_behalf_of.clone())?;
    arguments.add(event.channel.clone())?;
    arguments.add(event.request_id)?;
    arguments.add(event.act_id)?;
    arguments.add(event.traceparent.clone())?;
    arguments.add(event.payload.clone())?;
    arguments.add(event.hash.0.to_vec())
}

fn classify(error: &sqlx::Error) -> CommitError {
    let sqlx::Error::Database(database) = error else {
        return match error {
            sqlx::Error::Encode(_) => CommitError::Data(error.to_string()),
            _ => CommitError::Unknown(error.to_string()),
        };
    };
    // https://www.sqlite.org/rescode.html
    match database.code().as_deref().and_then(|code| code.parse::<i32>().ok()).unwrap_or(0) {
        // CONSTRAINT_PRIMARYKEY, CONSTRAINT_UNIQUE
        1555 | 2067 => match database.message() {
            message if message.contains("events.position") => CommitError::PositionTaken,
            _ => CommitError::Conflict,
        },
        // TOOBIG, MISMATCH, other constraints
        18 | 20 => CommitError::Data(error.to_string()),
        code if code & 0xff == 19 => CommitError::Data(error.to_string()),
        _ => CommitError::Failed(error.to_string()),
    }
}
