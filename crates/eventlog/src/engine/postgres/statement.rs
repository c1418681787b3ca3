//! The statement of a batch. It has only the parts that the batch has rows for: a part without rows still opens its
//! table and indexes, which is most of what a small batch costs.

use sqlx::{Postgres, QueryBuilder};

use crate::aggregate::DirectoryOp;
use crate::append::{Due, LeaseOp};
use crate::engine::{Batch, StreamChange, due_micros};

/// Columns of the answer when nobody in the batch takes a lease.
pub(super) const COLUMNS_WITHOUT_LEASES: usize = 3;

/// Pushes `unnest($1::type[], …) AS u(name, …)`.
macro_rules! push_unnest {
    ($query:expr, $rows:expr, $row:ident => { $($name:ident: $type:literal = $value:expr),+ $(,)? }) => {{
        $query.push("unnest(");
        let mut arrays = $query.separated(", ");
        $(
            arrays
                .push_bind($rows.iter().map(|$row| $value).collect::<Vec<_>>())
                .push_unseparated(concat!("::", $type, "[]"));
        )+
        $query.push(") AS u(");
        let mut names = $query.separated(", ");
        $(names.push(stringify!($name));)+
        $query.push(")");
    }};
}

/// One statement that is the whole append, to be run outside of a transaction or as part of one.
///
/// Answers `free` (false: another replica holds the log's lock or waits for it, and nothing was inserted), the
/// database's clock in microseconds and the check of the counts; if anybody takes a lease, then also stream, holder,
/// fence, until, taken over and granted, in a row each. `lock` is `None` where this session holds the lock itself.
///
/// Why the parts depend on one another: `guard` refuses while another replica holds the lock exclusively or waits for
/// it, so that it is not starved. `ev` comes first, so that two replicas meet at the primary key of the position before
/// either has touched a stream. `expect_count` raises when a version, lease or key did not hold: all or nothing.
pub(super) fn append_statement(batch: &Batch, shard: i64, lock: Option<i64>) -> QueryBuilder<Postgres> {
    let created: Vec<_> = batch.streams.iter().filter(|change| change.from == 0).collect();
    let changed: Vec<_> = batch.streams.iter().filter(|change| change.from != 0).collect();
    let takes = changed.iter().any(|change| matches!(change.lease, LeaseOp::Take { .. }));
    let leases = changed.iter().any(|change| change.lease != LeaseOp::None);
    let (mut reserved, mut linked) = (Vec::new(), Vec::new());
    for change in &batch.directory {
        match &change.op {
            DirectoryOp::Reserve { kind, key } => reserved.push((*kind, key.as_str(), change.stream_id)),
            DirectoryOp::Link { kind, key } => linked.push((*kind, key.as_str(), change.stream_id)),
            DirectoryOp::Release { .. } | DirectoryOp::Unlink { .. } => {}
        }
    }

    let mut query = QueryBuilder::new("WITH guard AS MATERIALIZED (SELECT ");
    match lock {
        Some(lock) => query.push("pg_try_advisory_xact_lock_shared(").push_bind(lock).push(")"),
        None => query.push("TRUE"),
    };
    query.push(" AS free, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS now), ");
    push_events(&mut query, batch, shard);

    let mut counts = Vec::new();
    if !created.is_empty() {
        push_created(&mut query, &created);
        counts.push("(SELECT count(*) FROM created)");
    }
    if !changed.is_empty() {
        push_changed(&mut query, &changed, leases);
        counts.push("(SELECT count(*) FROM changed)");
    }
    if !batch.requests.is_empty() {
        push_remembered(&mut query, batch);
    }
    if !reserved.is_empty() {
        push_reserved(&mut query, &reserved, batch);
    }
    if !linked.is_empty() {
        push_linked(&mut query, &linked);
    }

    query.push(" SELECT guard.free, guard.now, CASE WHEN guard.free THEN ");
    if counts.is_empty() {
        counts.push("0");
    }
    query.push("expect_count(").push(counts.join(" + ")).push(", ");
    query.push_bind(count(batch.streams.len())).push(", 'stream')");
    if !reserved.is_empty() {
        query.push(" + expect_count((SELECT count(*) FROM reserved), ");
        query.push_bind(count(reserved.len())).push(", 'key')");
    }
    query.push(" END");
    if takes {
        query.push(
            ", c.stream_id, c.lease_holder, c.lease_fence, c.lease_until, c.lease_taken_over, c.granted \
             FROM guard LEFT JOIN changed AS c ON c.asked",
        );
    } else {
        query.push(" FROM guard");
    }
    query
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}

fn push_events(query: &mut QueryBuilder<Postgres>, batch: &Batch, shard: i64) {
    if batch.events.is_empty() {
        query.push("written AS MATERIALIZED (SELECT 0 AS n)");
        return;
    }
    query.push(
        "ev AS (
  INSERT INTO events (position, event_id, shard, incarnation, stream_id, stream_version, type, account_id, recorded_at,
    occurred_at, actor, on_behalf_of, channel, request_id, act_id, traceparent, payload, hash)
  SELECT u.position, u.event_id, ",
    );
    query.push_bind(shard).push(", ");
    query.push_bind(batch.events.first().map_or(1, |event| event.incarnation));
    query.push(
        ", u.stream_id, u.stream_version, u.type, u.account_id, u.recorded_at,
    u.occurred_at, u.actor, u.on_behalf_of, u.channel, u.request_id, u.act_id, u.traceparent, u.payload, u.hash
  FROM guard, ",
    );
    push_unnest!(query, batch.events, e => {
        position: "bigint" = e.position,
        event_id: "uuid" = e.event_id,
        stream_id: "uuid" = e.stream_id,
        stream_version: "bigint" = e.stream_version,
        type: "text" = e.event_type.as_str(),
        account_id: "uuid" = e.account_id,
        recorded_at: "bigint" = e.recorded_at.as_micros(),
        occurred_at: "bigint" = e.occurred_at.as_micros(),
        actor: "text" = e.actor.as_str(),
        on_behalf_of: "text" = e.on_behalf_of.as_deref(),
        channel: "text" = e.channel.as_str(),
        request_id: "uuid" = e.request_id,
        act_id: "uuid" = e.act_id,
        traceparent: "text" = e.traceparent.as_deref(),
        payload: "bytea" = e.payload.as_slice(),
        hash: "bytea" = e.hash.0.as_slice(),
    });
    query.push(
        " WHERE guard.free
  RETURNING 1
), written AS MATERIALIZED (SELECT count(*) AS n FROM ev)",
    );
}

fn push_created(query: &mut QueryBuilder<Postgres>, created: &[&StreamChange]) {
    query.push(
        ", created AS (
  INSERT INTO streams AS s (stream_id, kind, version, due_at)
  SELECT u.stream_id, u.kind, u.version, u.due_at FROM guard, written, ",
    );
    push_unnest!(query, created, s => {
        stream_id: "uuid" = s.stream_id,
        kind: "text" = s.kind,
        version: "bigint" = s.to,
        due_at: "bigint" = due_micros(s.due),
    });
    query.push(
        " WHERE guard.free AND written.n >= 0
  ON CONFLICT (stream_id) DO UPDATE
    SET version = excluded.version, due_at = COALESCE(excluded.due_at, s.due_at) WHERE s.version = 0
  RETURNING 1
)",
    );
}

fn push_changed(query: &mut QueryBuilder<Postgres>, changed: &[&StreamChange], leases: bool) {
    query.push(
        ", changed AS (
  UPDATE streams AS s SET
    version = u.version_to,
    due_at = CASE WHEN u.due_keep THEN s.due_at ELSE u.due_at END",
    );
    if leases {
        query.push(
            ",
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
      THEN guard.now + u.take_ttl ELSE s.lease_until END",
        );
    }
    query.push(" FROM guard, written, ");
    if !leases {
        push_unnest!(query, changed, s => {
            stream_id: "uuid" = s.stream_id,
            version_from: "bigint" = s.from,
            version_to: "bigint" = s.to,
            due_keep: "bool" = s.due == Due::Keep,
            due_at: "bigint" = due_micros(s.due),
        });
        query.push(
            " WHERE guard.free AND written.n >= 0 AND s.stream_id = u.stream_id AND s.version = u.version_from
  RETURNING 1
)",
        );
        return;
    }
    push_unnest!(query, changed, s => {
        stream_id: "uuid" = s.stream_id,
        version_from: "bigint" = s.from,
        version_to: "bigint" = s.to,
        due_keep: "bool" = s.due == Due::Keep,
        due_at: "bigint" = due_micros(s.due),
        take_holder: "uuid" = match s.lease { LeaseOp::Take { holder, .. } => Some(holder), _ => None },
        take_ttl: "bigint" = match s.lease {
            LeaseOp::Take { ttl, .. } => Some(i64::try_from(ttl.as_micros()).unwrap_or(i64::MAX)),
            _ => None,
        },
        settle_holder: "uuid" = match s.lease { LeaseOp::Settle { holder, .. } => Some(holder), _ => None },
        settle_fence: "bigint" = match s.lease { LeaseOp::Settle { fence, .. } => Some(fence), _ => None },
    });
    query.push(
        " WHERE guard.free AND written.n >= 0 AND s.stream_id = u.stream_id AND s.version = u.version_from
    AND (u.settle_fence IS NULL OR (s.lease_fence = u.settle_fence AND s.lease_holder = u.settle_holder))
  RETURNING s.stream_id, s.lease_holder, s.lease_fence, s.lease_until, s.lease_taken_over,
    u.take_holder IS NOT NULL AS asked,
    COALESCE(s.lease_until = guard.now + u.take_ttl AND s.lease_holder = u.take_holder, FALSE) AS granted
)",
    );
}

fn push_remembered(query: &mut QueryBuilder<Postgres>, batch: &Batch) {
    query.push(
        ", remembered AS (
  INSERT INTO requests (request_id, caller, method, body_hash, stream_id, act_id, recorded_at)
  SELECT u.request_id, u.caller, u.method, u.body_hash, u.stream_id, u.act_id, ",
    );
    query.push_bind(batch.recorded_at.as_micros()).push(" FROM guard, written, ");
    push_unnest!(query, batch.requests, r => {
        request_id: "uuid" = r.key.request_id,
        caller: "text" = r.key.caller.as_str(),
        method: "text" = r.key.method.as_str(),
        body_hash: "bytea" = r.body_hash.as_slice(),
        stream_id: "uuid" = r.stream_id,
        act_id: "uuid" = r.act_id,
    });
    query.push(" WHERE guard.free AND written.n >= 0)");
}

fn push_reserved(
    query: &mut QueryBuilder<Postgres>,
    reserved: &[(&'static str, &str, uuid::Uuid)],
    batch: &Batch,
) {
    query.push(
        ", reserved AS (
  INSERT INTO keys AS k (kind, key, stream_id, held, until)
  SELECT u.kind, u.key, u.stream_id, TRUE, 0 FROM guard, written, ",
    );
    push_unnest!(query, reserved, r => {
        kind: "text" = r.0,
        key: "text" = r.1,
        stream_id: "uuid" = r.2,
    });
    query.push(
        " WHERE guard.free AND written.n >= 0
  ON CONFLICT (kind, key) DO UPDATE SET stream_id = excluded.stream_id, held = TRUE, until = 0
  WHERE k.stream_id = excluded.stream_id OR (NOT k.held AND k.until <= ",
    );
    query.push_bind(batch.recorded_at.as_micros()).push(") RETURNING 1)");
}

fn push_linked(query: &mut QueryBuilder<Postgres>, linked: &[(&'static str, &str, uuid::Uuid)]) {
    query.push(
        ", linked AS (
  INSERT INTO links (kind, key, stream_id)
  SELECT u.kind, u.key, u.stream_id FROM guard, written, ",
    );
    push_unnest!(query, linked, l => {
        kind: "text" = l.0,
        key: "text" = l.1,
        stream_id: "uuid" = l.2,
    });
    query.push(" WHERE guard.free AND written.n >= 0 ON CONFLICT (kind, key, stream_id) DO NOTHING)");
}
