//! Opens the writer's session, again after every loss.

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;

use crate::engine::{PostgresSession, Session, SqliteSession};

/// How the writer reaches its database.
#[derive(Clone, Debug)]
pub(crate) enum Connector {
    Postgres { options: Box<PgConnectOptions>, schema: String },
    Sqlite(Box<SqliteConnectOptions>),
}

impl Connector {
    pub(crate) async fn connect(&self) -> Result<Box<dyn Session>, sqlx::Error> {
        match self {
            Self::Postgres { options, schema } => {
                Ok(Box::new(PostgresSession::connect(options, schema).await?))
            }
            Self::Sqlite(options) => Ok(Box::new(SqliteSession::connect(options).await?)),
        }
    }
}
