//! Many rows in one statement.

use sqlx::AssertSqlSafe;

use crate::database::{Transaction, Value};

/// Rows in one INSERT and values in one IN list, at most. Lists come in powers of two, so that the drivers prepare
/// a handful of statements and not one per length.
const ROWS_MAX: usize = 64;

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

    /// Writes rows of as many values as there are columns. No two have the same key.
    pub async fn put(&self, transaction: &mut Transaction, rows: Vec<Vec<Value>>) -> Result<(), sqlx::Error> {
        let mut left = rows.len();
        let mut rows = rows.into_iter();
        while left > 0 {
            let count = chunk_len(left);
            let values: Vec<Value> = rows.by_ref().take(count).flatten().collect();
            transaction.execute(AssertSqlSafe(self.sql(count)), &values).await?;
            left -= count;
        }
        Ok(())
    }

    fn sql(&self, rows: usize) -> String {
        let width = self.columns.len();
        let tuples: Vec<_> = (0..rows).map(|row| format!("({})", places(row * width, width))).collect();
        format!(
            "INSERT INTO {} ({}) VALUES {} ON CONFLICT ({}) DO UPDATE SET {}{}",
            self.table,
            self.columns.join(", "),
            tuples.join(", "),
            self.columns.first().unwrap_or(&""),
            self.replaced.join(", "),
            self.condition
        )
    }
}

/// `$3, $4`: `count` placeholders after the first `before`.
pub fn places(before: usize, count: usize) -> String {
    let places: Vec<_> = (before + 1..=before + count).map(|place| format!("${place}")).collect();
    places.join(", ")
}

/// Splits into few lengths, so that statements over lists are few as well.
pub fn chunks<T>(mut items: &[T]) -> impl Iterator<Item = &[T]> {
    std::iter::from_fn(move || {
        let (chunk, rest) =
            items.split_at_checked(chunk_len(items.len())).filter(|(chunk, _)| !chunk.is_empty())?;
        items = rest;
        Some(chunk)
    })
}

/// The highest power of two that is not above `left`, at most [`ROWS_MAX`]; 0 of 0.
const fn chunk_len(left: usize) -> usize {
    match left.checked_ilog2() {
        None => 0,
        Some(power) if power >= ROWS_MAX.ilog2() => ROWS_MAX,
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
            assert!(slices.iter().all(|slice| slice.len().is_power_of_two() && slice.len() <= ROWS_MAX));
            assert_eq!(slices.concat(), items);
        }
    }

    #[test]
    fn a_row_replaces_the_older_one_with_its_key() {
        let upsert = Upsert::new("shelf", ["id", "version", "title"]);
        assert_eq!(
            upsert.sql(2),
            "INSERT INTO shelf (id, version, title) VALUES ($1, $2, $3), ($4, $5, $6) \
             ON CONFLICT (id) DO UPDATE SET version = excluded.version, title = excluded.title"
        );
        let upsert = upsert.merging("title", "COALESCE(excluded.title, shelf.title)").only_newer("version");
        assert!(
            upsert.sql(1).ends_with(
                "SET version = excluded.version, title = COALESCE(excluded.title, shelf.title) \
                 WHERE excluded.version > shelf.version"
            ),
            "{}",
            upsert.sql(1)
        );
    }
}
