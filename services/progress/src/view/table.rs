//! The view's tables, described once: reading, writing and digesting all follow this description.

use sqlx::AssertSqlSafe;
use uuid::Uuid;
use vigie_eventlog::view::{PARKED_STREAMS, Upsert, select_among};
use vigie_eventlog::{MigrationText, Row, Transaction, Value};

/// The view's schema.
pub(crate) const MIGRATIONS: &[MigrationText] = &[
    MigrationText {
        version: 1,
        description: "progress",
        postgres: include_str!("../../migrations/postgres/0001_progress.sql"),
        sqlite: include_str!("../../migrations/sqlite/0001_progress.sql"),
    },
    PARKED_STREAMS,
];

/// Indexes beside the keys.
pub(crate) const QUERY_INDEXES: [&str; 3] = ["timeline_of_line", "acts_of_line", "acts_of_account"];

/// What a column holds.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind {
    Number,
    NumberOrNull,
    Text,
    TextOrNull,
    Bytes,
    Id,
    IdOrNull,
    Flag,
}

/// A table with one key column, which comes first.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [(&'static str, Kind)],
}

pub(crate) static LINES: Table = Table {
    name: "lines",
    columns: &[
        ("line_id", Kind::Id),
        ("account_id", Kind::Id),
        ("site", Kind::TextOrNull),
        ("cost_centre", Kind::TextOrNull),
        ("user_id", Kind::TextOrNull),
        ("version", Kind::Number),
        ("incarnation", Kind::Number),
        ("set_by", Kind::Text),
    ],
};

pub(crate) static TIMELINE: Table = Table {
    name: "timeline",
    columns: &[
        ("event_id", Kind::Id),
        ("line_id", Kind::Id),
        ("stream_version", Kind::Number),
        ("incarnation", Kind::Number),
        ("event_type", Kind::Text),
        ("recorded_at", Kind::Number),
        ("occurred_at", Kind::Number),
        ("actor", Kind::Text),
        ("on_behalf_of", Kind::TextOrNull),
        ("channel", Kind::Text),
        ("act_id", Kind::IdOrNull),
        ("act_ids", Kind::Text),
        ("reference", Kind::TextOrNull),
        ("reason", Kind::TextOrNull),
        ("evidence", Kind::TextOrNull),
        ("line_state", Kind::TextOrNull),
        ("line_reasons", Kind::Text),
        ("skipped", Kind::Flag),
    ],
};

pub(crate) static ACTS: Table = Table {
    name: "acts",
    columns: &[
        ("act_id", Kind::Id),
        ("line_id", Kind::Id),
        ("account_id", Kind::Id),
        ("kind", Kind::Text),
        ("reason", Kind::TextOrNull),
        ("reference", Kind::TextOrNull),
        ("actor", Kind::Text),
        ("on_behalf_of", Kind::TextOrNull),
        ("channel", Kind::Text),
        ("undoes", Kind::IdOrNull),
        ("asked_at", Kind::Number),
        ("recorded_at", Kind::Number),
        ("confirmed_at", Kind::NumberOrNull),
        ("overdue_at", Kind::NumberOrNull),
        ("superseded_at", Kind::NumberOrNull),
        ("lifted_at", Kind::NumberOrNull),
        ("record_only", Kind::Flag),
        ("evidence", Kind::Text),
        ("state", Kind::Text),
        ("first_version", Kind::Number),
        ("last_version", Kind::Number),
    ],
};

pub(crate) static CHECKPOINT: Table = Table {
    name: "checkpoint",
    columns: &[
        ("shard", Kind::Number),
        ("incarnation", Kind::Number),
        ("position", Kind::Number),
        ("hash", Kind::Bytes),
        ("unknown_events", Kind::Number),
    ],
};

/// One of the tables of `PARKED_STREAMS`: a row per event that a person let pass by.
pub(crate) static SKIPPED_EVENTS: Table = Table {
    name: "skipped_events",
    columns: &[
        ("event_id", Kind::Id),
        ("stream_id", Kind::Id),
        ("stream_version", Kind::Number),
        ("event_type", Kind::Text),
        ("position", Kind::Number),
        ("why", Kind::Text),
        ("skipped_by", Kind::Text),
        ("reason", Kind::Text),
        ("skipped_at", Kind::Number),
    ],
};

impl Table {
    fn key(&self) -> &'static str {
        self.columns.first().map_or("", |(name, _)| name)
    }

    /// `SELECT` of all columns, in order.
    pub(crate) fn select(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        format!("SELECT {} FROM {}", names.join(", "), self.name)
    }

    /// Reads a row selected by [`Table::select`].
    pub(crate) fn values(&self, row: &Row) -> Result<Vec<Value>, sqlx::Error> {
        self.columns.iter().enumerate().map(|(index, (_, kind))| value(row, index, *kind)).collect()
    }

    /// The rows with a key after `after` (`None` for the first), in key order, at most `limit`.
    pub(crate) async fn page(
        &self,
        transaction: &mut Transaction,
        after: Option<&Value>,
        limit: i64,
    ) -> Result<Vec<Row>, sqlx::Error> {
        let (select, key) = (self.select(), self.key());
        match after {
            None => {
                let sql = format!("{select} ORDER BY {key} LIMIT $1");
                transaction.query(AssertSqlSafe(sql), &[limit.into()]).await
            }
            Some(after) => {
                let sql = format!("{select} WHERE {key} > $1 ORDER BY {key} LIMIT $2");
                transaction.query(AssertSqlSafe(sql), &[after.clone(), limit.into()]).await
            }
        }
    }

    /// The rows whose key is one of `ids`.
    pub(crate) async fn of_keys(
        &self,
        transaction: &mut Transaction,
        ids: &[Uuid],
    ) -> Result<Vec<Row>, sqlx::Error> {
        select_among(transaction, &self.select(), self.key(), ids, "").await
    }

    /// Writes rows; a row with the same key is replaced. No two of `rows` have the same key.
    pub(crate) async fn put(
        &self,
        transaction: &mut Transaction,
        rows: Vec<Vec<Value>>,
    ) -> Result<(), sqlx::Error> {
        let names = self.columns.iter().map(|(name, _)| *name);
        Upsert::new(self.name, names).put(transaction, rows).await
    }
}

fn value(row: &Row, index: usize, kind: Kind) -> Result<Value, sqlx::Error> {
    Ok(match kind {
        Kind::Number => row.i64(index)?.into(),
        Kind::NumberOrNull => row.opt_i64(index)?.into(),
        Kind::Text => row.text(index)?.into(),
        Kind::TextOrNull => row.opt_text(index)?.into(),
        Kind::Bytes => row.bytes(index)?.into(),
        Kind::Id => row.uuid(index)?.into(),
        Kind::IdOrNull => row.opt_uuid(index)?.into(),
        Kind::Flag => row.bool(index)?.into(),
    })
}
