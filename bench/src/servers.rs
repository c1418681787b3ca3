//! PostgreSQL for a bench: a server of its own, with fsync on.

use std::sync::Arc;

use sqlx::{Connection as _, PgConnection};
use vigie_testkit::Postgres;

use crate::harness::{blocking, text};

/// Starts a server.
pub async fn postgres() -> Result<Arc<Postgres>, String> {
    blocking(Postgres::start_own).await.map(Arc::new)
}

/// A new database; its URL.
pub async fn database(server: &Arc<Postgres>, name: &'static str) -> Result<String, String> {
    let server = server.clone();
    blocking(move || server.create_database(name)).await
}

/// The one number that a query answers.
pub async fn number(url: &str, query: &'static str) -> Result<i64, String> {
    let mut connection = PgConnection::connect(url).await.map_err(text)?;
    let number: i64 = sqlx::query_scalar(query).fetch_one(&mut connection).await.map_err(text)?;
    connection.close().await.map_err(text)?;
    Ok(number)
}
