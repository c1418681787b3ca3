//! The ledger's tables, described once: reading, writing and digesting all follow this description.

use sqlx::AssertSqlSafe;
use vigie_eventlog::{Database, Location, MigrationText, Row, Transaction, Value};

/// The ledger's schema.
const MIGRATIONS: &[MigrationText] = &[MigrationText {
    version: 1,
    description: "ledger",
    postgres: include_str!("../../migrations/postgres/0001_ledger.sql"),
    sqlite: include_str!("../../migrations/sqlite/0001_ledger.sql"),
}];

/// Brings the ledger's tables at `location` up to date.
pub(crate) async fn migrate(database: &Database, location: &Location) -> Result<(), sqlx::Error> {
    let schema = match location {
        Location::Postgres { schema, .. } => Some(schema.as_str()),
        Location::Sqlite(_) => None,
    };
    database.migrate(MIGRATIONS, schema).await
}

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
    ],
};

/// Rows in one INSERT and ids in one IN list, at most. Lists come in powers of two, so that the drivers prepare
/// a handful of statements and not one per length.
const ROWS_MAX: usize = 64;

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
        let select = self.select();
        let mut rows = Vec::new();
        for chunk in powers_of_two(ids) {
            let places = places(0, chunk.len());
            let values: Vec<Value> = chunk.iter().map(|id| (*id).into()).collect();
            let sql = format!("{select} WHERE {column} IN ({places}) {and}");
            rows.extend(transaction.query(AssertSqlSafe(sql), &values).await?);
        }
        Ok(rows)
    }

    /// Writes rows; a row with the same key is replaced. No two of `rows` have the same key.
    pub(crate) async fn put(
        &self,
        transaction: &mut Transaction,
        rows: &[Vec<Value>],
    ) -> Result<(), sqlx::Error> {
        let width = self.columns.len();
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        let replaced: Vec<_> = names.iter().skip(1).map(|name| format!("{name} = excluded.{name}")).collect();
        for chunk in powers_of_two(rows) {
            let tuples: Vec<_> =
                (0..chunk.len()).map(|row| format!("({})", places(row * width, width))).collect();
            let sql = format!(
                "INSERT INTO {} ({}) VALUES {} ON CONFLICT ({}) DO UPDATE SET {}",
                self.name,
                names.join(", "),
                tuples.join(", "),
                self.key(),
                replaced.join(", ")
            );
            let values: Vec<Value> = chunk.iter().flatten().cloned().collect();
            transaction.execute(AssertSqlSafe(sql), &values).await?;
        }
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_in_few_lengths_and_lose_nothing() {
        for count in 0..300_usize {
            let items: Vec<_> = (0..count).collect();
            let slices = powers_of_two(&items);
            assert!(slices.iter().all(|slice| slice.len().is_power_of_two() && slice.len() <= ROWS_MAX));
            assert_eq!(slices.concat(), items);
        }
    }
}
