//! What a digest covers.

use sqlx::AssertSqlSafe;

use crate::{Engine, House, Script, View};

/// Another value in a column.
#[derive(Clone, Debug)]
pub struct Change {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The new value, as SQL.
    pub value: String,
    /// Where, as SQL: `WHERE ...`, or nothing for all rows.
    pub rows: &'static str,
}

impl Change {
    /// A change of all rows of `table`.
    pub fn of(table: &'static str, column: &'static str, value: impl Into<String>) -> Self {
        Self { table, column, value: value.into(), rows: "" }
    }
}

/// Each of `changes` gives another digest, and the old one comes back with the old rows.
pub async fn each_stored_column_is_in_the_digest<V: View>(
    engine: Engine,
    script: &Script,
    changes: Vec<Change>,
) {
    let house = House::<V>::fed(engine, script).await;
    let database = house.database().await;
    let run = |sql: String| {
        let database = &database;
        async move { database.execute(AssertSqlSafe(sql), &[]).await.unwrap() }
    };
    let before = house.digest().await;
    for Change { table, column, value, rows } in changes {
        run(format!("CREATE TABLE saved AS SELECT * FROM {table}")).await;
        assert!(run(format!("UPDATE {table} SET {column} = {value} {rows}")).await > 0, "{table}.{column}");
        assert_ne!(house.digest().await, before, "{table}.{column}");
        run(format!("DELETE FROM {table}")).await;
        run(format!("INSERT INTO {table} SELECT * FROM saved")).await;
        run("DROP TABLE saved".to_owned()).await;
        assert_eq!(house.digest().await, before, "{table}.{column} put back");
    }
}
