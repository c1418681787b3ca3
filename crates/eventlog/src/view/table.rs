//! A view's table, described once: reading, writing and digesting all follow this description.

use sqlx::AssertSqlSafe;
use uuid::Uuid;

use super::{Upsert, select_among};
use crate::database::{Row, Transaction, Value};

/// What a column holds.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Column {
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
pub struct Table {
    /// Its name; part of SQL text.
    pub name: &'static str,
    /// Its columns in order; the names are parts of SQL text.
    pub columns: &'static [(&'static str, Column)],
}

impl Table {
    fn key(&self) -> &'static str {
        self.columns.first().map_or("", |(name, _)| name)
    }

    /// `SELECT` of all columns, in order.
    pub fn select(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        format!("SELECT {} FROM {}", names.join(", "), self.name)
    }

    /// Reads a row selected by [`Table::select`].
    pub fn values(&self, row: &Row) -> Result<Vec<Value>, sqlx::Error> {
        self.columns.iter().enumerate().map(|(index, (_, kind))| value(row, index, *kind)).collect()
    }

    /// The rows with a key after `after` (`None` for the first), in key order, at most `limit`.
    pub async fn page(
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
    pub async fn of_keys(
        &self,
        transaction: &mut Transaction,
        ids: &[Uuid],
    ) -> Result<Vec<Row>, sqlx::Error> {
        self.matching(transaction, self.key(), ids, "").await
    }

    /// The rows where `column` is one of `ids`; `and` narrows further, or is empty. Both are parts of SQL text.
    pub async fn matching(
        &self,
        transaction: &mut Transaction,
        column: &str,
        ids: &[Uuid],
        and: &str,
    ) -> Result<Vec<Row>, sqlx::Error> {
        select_among(transaction, &self.select(), column, ids, and).await
    }

    /// Writes rows; a row with the same key is replaced. No two of `rows` have the same key.
    pub async fn put(&self, transaction: &mut Transaction, rows: Vec<Vec<Value>>) -> Result<(), sqlx::Error> {
        let names = self.columns.iter().map(|(name, _)| *name);
        Upsert::new(self.name, names).put(transaction, rows).await
    }
}

fn value(row: &Row, index: usize, kind: Column) -> Result<Value, sqlx::Error> {
    Ok(match kind {
        Column::Number => row.i64(index)?.into(),
        Column::NumberOrNull => row.opt_i64(index)?.into(),
        Column::Text => row.text(index)?.into(),
        Column::TextOrNull => row.opt_text(index)?.into(),
        Column::Bytes => row.bytes(index)?.into(),
        Column::Id => row.uuid(index)?.into(),
        Column::IdOrNull => row.opt_uuid(index)?.into(),
        Column::Flag => row.bool(index)?.into(),
    })
}
