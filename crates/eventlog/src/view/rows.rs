//! Many rows in one statement.

use sqlx::error::BoxDynError;
use sqlx::postgres::PgArguments;
use sqlx::{Arguments as _, AssertSqlSafe};
use uuid::Uuid;

use crate::database::{Row, Transaction, Value};

/// On SQLite, which has no arrays: rows in one INSERT and values in one IN list, at most. Lists come in powers of two,
/// so that a handful of statements is prepared and not one per length.
const LIST_MAX: usize = 64;

/// On PostgreSQL: rows or values in one statement, at most.
const ARRAY_MAX: usize = 4_096;

/// An INSERT of many rows, each of which replaces the row that has its key.
#[derive(Clone, Debug)]
pub struct Upsert {
    table: &'static str,
    columns: Vec<&'static str>,
    replaced: Vec<String>,
    condition: String,
}

impl Upsert {
    /// Into `columns` of `table`, of which the first is the key.
    pub fn new(table: &'static str, columns: impl IntoIterator<Item = &'static str>) -> Self {
        let columns: Vec<_> = columns.into_iter().collect();
        let replaced = columns.iter().skip(1).map(|name| format!("{name} = excluded.{name}")).collect();
        Self { table, columns, replaced, condition: String::new() }
    }

    /// Gives `column` of a row that is there the value of `expression`, which may name both rows: `excluded.…` is the
    /// new one.
    #[must_use]
    pub fn merging(mut self, column: &str, expression: &str) -> Self {
        for (name, replaced) in self.columns.iter().skip(1).zip(&mut self.replaced) {
            if *name == column {
                *replaced = format!("{name} = {expression}");
            }
        }
        self
    }

    /// Leaves a row alone that has the same `version` or a higher one.
    #[must_use]
    pub fn only_newer(mut self, version: &str) -> Self {
        self.condition = format!(" WHERE excluded.{version} > {}.{version}", self.table);
        self
    }

    /// Writes rows of as many values as there are columns, each column of one kind of value. No two have the same key.
    pub async fn put(&self, transaction: &mut Transaction, rows: Vec<Vec<Value>>) -> Result<(), sqlx::Error> {
        match transaction {
            Transaction::Postgres(transaction) => {
                for chunk in rows.chunks(ARRAY_MAX) {
                    let mut arguments = PgArguments::default();
                    let types = (0..self.columns.len())
                        .map(|column| {
                            add_array(&mut arguments, chunk.iter().filter_map(|row| row.get(column)))
                        })
                        .collect::<Result<Vec<_>, _>>()
                        .map_err(sqlx::Error::Encode)?;
                    let sql = AssertSqlSafe(self.sql(&arrays(&types)));
                    sqlx::query_with(sql, arguments).execute(&mut **transaction).await?;
                }
            }
            Transaction::Sqlite(_) => {
                for chunk in chunks(&rows) {
                    let sql = AssertSqlSafe(self.sql(&tuples(chunk.len(), self.columns.len())));
                    transaction.execute(sql, &chunk.concat()).await?;
                }
            }
        }
        Ok(())
    }

    fn sql(&self, rows: &str) -> String {
        format!(
            "INSERT INTO {} ({}) {rows} ON CONFLICT ({}) DO UPDATE SET {}{}",
            self.table,
            self.columns.join(", "),
            self.columns.first().unwrap_or(&""),
            self.replaced.join(", "),
            self.condition
        )
    }
}

/// The rows of `select` (`SELECT … FROM …`) where `column` is one of `ids`; `and` narrows further, or is empty. All
/// three are parts of SQL text.
pub async fn select_among(
    transaction: &mut Transaction,
    select: &str,
    column: &str,
    ids: &[Uuid],
    and: &str,
) -> Result<Vec<Row>, sqlx::Error> {
    let mut found = Vec::new();
    match transaction {
        Transaction::Postgres(transaction) => {
            let sql = format!("{select} WHERE {column} = ANY($1) {and}");
            for chunk in ids.chunks(ARRAY_MAX) {
                let query = sqlx::query(AssertSqlSafe(sql.as_str())).bind(chunk);
                found.extend(query.fetch_all(&mut **transaction).await?.into_iter().map(Row::Postgres));
            }
        }
        Transaction::Sqlite(_) => {
            for chunk in chunks(ids) {
                let sql = format!("{select} WHERE {column} IN ({}) {and}", places(0, chunk.len()));
                let values: Vec<Value> = chunk.iter().map(|id| (*id).into()).collect();
                found.extend(transaction.query(AssertSqlSafe(sql), &values).await?);
            }
        }
    }
    Ok(found)
}

/// Adds the values as an array, and answers the type of its elements.
fn add_array<'a>(
    arguments: &mut PgArguments,
    values: impl Iterator<Item = &'a Value> + Clone,
) -> Result<&'static str, BoxDynError> {
    macro_rules! array {
        ($type:literal, $variant:ident, $of:expr) => {{
            let array: Vec<_> = values
                .map(|value| match value {
                    Value::$variant(value) => $of(value),
                    _ => None,
                })
                .collect();
            arguments.add(array)?;
            $type
        }};
    }
    Ok(match values.clone().next() {
        Some(Value::I64(_)) => array!("bigint", I64, |value: &'a Option<i64>| *value),
        Some(Value::Text(_)) | None => array!("text", Text, Option::as_deref),
        Some(Value::Bytes(_)) => array!("bytea", Bytes, Option::as_deref),
        Some(Value::Uuid(_)) => array!("uuid", Uuid, |value: &'a Option<Uuid>| *value),
        Some(Value::Bool(_)) => array!("bool", Bool, |value: &'a bool| Some(*value)),
    })
}

/// Rows out of one array per column.
fn arrays(types: &[&str]) -> String {
    let arrays: Vec<_> = (1..).zip(types).map(|(place, name)| format!("${place}::{name}[]")).collect();
    format!("SELECT * FROM unnest({})", arrays.join(", "))
}

/// Rows out of one value per column and row.
fn tuples(rows: usize, width: usize) -> String {
    let tuples: Vec<_> = (0..rows).map(|row| format!("({})", places(row * width, width))).collect();
    format!("VALUES {}", tuples.join(", "))
}

/// `$3, $4`: `count` placeholders after the first `before`.
fn places(before: usize, count: usize) -> String {
    let places: Vec<_> = (before + 1..=before + count).map(|place| format!("${place}")).collect();
    places.join(", ")
}

/// Splits into few lengths, so that statements over lists are few as well.
fn chunks<T>(mut items: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let (chunk, rest) =
            items.split_at_checked(chunk_len(items.len())).filter(|(chunk, _)| !chunk.is_empty())?;
        items = rest;
        Some(chunk)
    })
}

/// The highest power of two that is not above `left`, at most [`LIST_MAX`]; 0 of 0.
const fn chunk_len(left: usize) -> usize {
    match left.checked_ilog2() {
        None => 0,
        Some(power) if power >= LIST_MAX.ilog2() => LIST_MAX,
        Some(power) => 1 << power,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_in_few_lengths_and_lose_nothing() {
        for count in 0..300_usize {
            let items: Vec<_> = (0..count).collect();
            let slices: Vec<_> = chunks(&items).collect();
            assert!(slices.iter().all(|slice| slice.len().is_power_of_two() && slice.len() <= LIST_MAX));
            assert_eq!(slices.concat(), items);
        }
    }

    #[test]
    fn a_row_replaces_the_older_one_with_its_key() {
        let upsert = Upsert::new("shelf", ["id", "version", "title"]);
        assert_eq!(
            upsert.sql(&tuples(2, 3)),
            "INSERT INTO shelf (id, version, title) VALUES ($1, $2, $3), ($4, $5, $6) \
             ON CONFLICT (id) DO UPDATE SET version = excluded.version, title = excluded.title"
        );
        assert!(
            upsert.sql(&arrays(&["uuid", "bigint", "text"])).starts_with(
                "INSERT INTO shelf (id, version, title) SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[]) ON"
            )
        );
        let upsert = upsert.merging("title", "COALESCE(excluded.title, shelf.title)").only_newer("version");
        assert!(
            upsert.sql(&tuples(1, 3)).ends_with(
                "SET version = excluded.version, title = COALESCE(excluded.title, shelf.title) \
                 WHERE excluded.version > shelf.version"
            ),
            "{}",
            upsert.sql(&tuples(1, 3))
        );
    }
}
