//! The ledger's tables, described once: reading, writing and digesting all follow this description.

use sqlx::AssertSqlSafe;
use vigie_eventlog::view::{Upsert, select_among};
use vigie_eventlog::{MigrationText, Row, Transaction, Value};

/// The ledger's schema.
pub(crate) const MIGRATIONS: &[MigrationText] = &[
    MigrationText {
        version: 1,
        description: "ledger",
        postgres: include_str!("../../migrations/postgres/0001_ledger.sql"),
        sqlite: include_str!("../../migrations/sqlite/0001_ledger.sql"),
    },
    MigrationText {
        version: 2,
        description: "parked streams",
        postgres: include_str!("../../migrations/postgres/0002_parked_streams.sql"),
        sqlite: include_str!("../../migrations/sqlite/0002_parked_streams.sql"),
    },
];

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

pub(crate) static CASES: Table = Table {
    name: "cases",
    columns: &[
        ("case_id", Kind::Id),
        ("characteristic", Kind::Text),
        ("definition_version", Kind::Text),
        ("account_id", Kind::Id),
        ("subject_id", Kind::Id),
        ("site", Kind::TextOrNull),
        ("cost_centre", Kind::TextOrNull),
        ("act_kind", Kind::TextOrNull),
        ("act_reason", Kind::TextOrNull),
        ("recorded_at", Kind::Number),
        ("t0", Kind::NumberOrNull),
        ("counted_at", Kind::Number),
        ("confirmed_at", Kind::NumberOrNull),
        ("read_back", Kind::TextOrNull),
        ("t1", Kind::NumberOrNull),
        ("overdue_at", Kind::NumberOrNull),
        ("superseded_at", Kind::NumberOrNull),
        ("other_reasons_remain", Kind::Flag),
        ("unreadable", Kind::Flag),
        ("closed", Kind::Flag),
        ("verdict", Kind::Text),
        ("reason_code", Kind::TextOrNull),
        ("evidence_level", Kind::Text),
        ("evidence_event_ids", Kind::Text),
        ("incidents", Kind::Text),
        ("incidents_beyond", Kind::Number),
    ],
};

pub(crate) static STREAMS: Table = Table {
    name: "streams",
    columns: &[("stream_id", Kind::Id), ("version", Kind::Number), ("parked_by", Kind::IdOrNull)],
};

pub(crate) static CHECKPOINT: Table = Table {
    name: "checkpoint",
    columns: &[
        ("shard", Kind::Number),
        ("incarnation", Kind::Number),
        ("position", Kind::Number),
        ("hash", Kind::Bytes),
        ("unknown_events", Kind::Number),
        ("parked_streams", Kind::Number),
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

    /// The rows where `column` is one of `ids`; `and` narrows further, or is empty.
    pub(crate) async fn matching(
        &self,
        transaction: &mut Transaction,
        column: &str,
        ids: &[uuid::Uuid],
        and: &str,
    ) -> Result<Vec<Row>, sqlx::Error> {
        select_among(transaction, &self.select(), column, ids, and).await
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
