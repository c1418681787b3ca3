use std::time::Duration;

use sqlx::{Connection as _, PgConnection, SqliteConnection};
use vigie_eventlog::Location;

use super::Place;

/// As long as it lives nobody's append goes through: whatever is queued meanwhile lands in one batch. Reads go on.
/// Keep it under a second: the writer gives a statement two.
pub(crate) enum Stall {
    Postgres(PgConnection),
    Sqlite(SqliteConnection),
}

impl Stall {
    pub(crate) async fn of(place: &Place) -> Self {
        match &place.location {
            Location::Postgres { url, schema } => {
                let mut connection = PgConnection::connect(url).await.unwrap();
                let lock = format!("BEGIN; LOCK TABLE {schema}.events IN EXCLUSIVE MODE");
                sqlx::raw_sql(sqlx::AssertSqlSafe(lock)).execute(&mut connection).await.unwrap();
                Self::Postgres(connection)
            }
            Location::Sqlite(path) => {
                let mut connection =
                    SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
                sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
                Self::Sqlite(connection)
            }
        }
    }

    /// Long enough for what was just spawned to reach the writer.
    pub(crate) async fn settle() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }

    pub(crate) async fn end(self) {
        match self {
            Self::Postgres(mut connection) => {
                sqlx::raw_sql("COMMIT").execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
            Self::Sqlite(mut connection) => {
                sqlx::raw_sql("COMMIT").execute(&mut connection).await.unwrap();
                connection.close().await.unwrap();
            }
        }
    }
}
