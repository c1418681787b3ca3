//! One door to both engines for SQL text that is equal on PostgreSQL and SQLite.
//!
//! Native drivers beneath; what differs (the append, the head, migrations) is written per engine elsewhere.
//! Placeholders are `$1`, `$2`, … on both.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgConnection, PgPool, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{Connection as _, Row as _, SqlSafeStr};
use uuid::Uuid;

/// How our sessions are called in PostgreSQL.
pub(crate) const APPLICATION_NAME: &str = "vigie";

/// A connection that answered so recently is used without asking it first: a round trip less for every read.
const IDLE_TRUSTED: Duration = Duration::from_millis(500);

/// How long a connection that comes back to the pool may take to answer.
const RELEASE_TIMEOUT: Duration = Duration::from_secs(2);

/// Where data is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A schema of a PostgreSQL database.
    Postgres {
        /// `postgres://user@host:port/database`
        url: String,
        /// The schema; created by the migrations.
        schema: String,
    },
    /// An SQLite file; its folder must exist.
    Sqlite(PathBuf),
}

impl Location {
    /// The same place with the owner's rights, who makes and changes tables. On SQLite whoever has the file is its owner.
    #[must_use]
    pub fn as_owner(&self, owner_url: Option<&str>) -> Self {
        match (self, owner_url) {
            (Self::Postgres { schema, .. }, Some(url)) => {
                Self::Postgres { url: url.to_owned(), schema: schema.clone() }
            }
            _ => self.clone(),
        }
    }

    /// What the place is called: the schema, or the file without folder and ending.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Postgres { schema, .. } => schema.clone(),
            Self::Sqlite(file) => file.file_stem().unwrap_or_default().to_string_lossy().replace('-', "_"),
        }
    }

    /// The schema, on PostgreSQL.
    pub fn schema(&self) -> Option<&str> {
        match self {
            Self::Postgres { schema, .. } => Some(schema),
            Self::Sqlite(_) => None,
        }
    }
}

/// How a location is opened.
#[derive(Clone, Debug)]
pub struct DatabaseOptions {
    /// Where.
    pub location: Location,
    /// Pooled connections, at most.
    pub connections_max: u32,
    /// Whether a commit is on the platter before it is answered. Views can do without: they are rebuilt.
    pub durable: bool,
    /// How long to wait for a connection.
    pub acquire_timeout: Duration,
}

impl DatabaseOptions {
    /// A durable database with the usual bounds.
    pub fn new(location: Location) -> Self {
        Self { location, connections_max: 8, durable: true, acquire_timeout: Duration::from_secs(5) }
    }
}

/// A numbered migration: text per engine.
#[derive(Clone, Copy, Debug)]
pub struct MigrationText {
    /// From 1, never reused.
    pub version: i64,
    /// What it does.
    pub description: &'static str,
    /// For PostgreSQL.
    pub postgres: &'static str,
    /// For SQLite.
    pub sqlite: &'static str,
}

/// A pool on either engine.
#[derive(Clone, Debug)]
pub enum Database {
    /// PostgreSQL.
    Postgres(PgPool),
    /// SQLite.
    Sqlite(SqlitePool),
}

/// A bound value. `None` is NULL.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Value {
    I64(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
    Uuid(Option<Uuid>),
    Bool(bool),
}

macro_rules! value_from {
    ($($from:ty => $variant:ident),*) => {$(
        impl From<$from> for Value {
            fn from(value: $from) -> Self {
                Self::$variant(Some(value.into()))
            }
        }
        impl From<Option<$from>> for Value {
            fn from(value: Option<$from>) -> Self {
                Self::$variant(value.map(Into::into))
            }
        }
    )*};
}
value_from!(i64 => I64, i32 => I64, String => Text, &str => Text, Vec<u8> => Bytes, &[u8] => Bytes, Uuid => Uuid);

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

/// A row of either engine; columns by index in the SELECT's order.
#[derive(Debug)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Row {
    Postgres(PgRow),
    Sqlite(SqliteRow),
}

macro_rules! row_get {
    ($($name:ident: $type:ty),*) => {$(
        #[doc = concat!("Column `index` as `", stringify!($type), "`.")]
        pub fn $name(&self, index: usize) -> Result<$type, sqlx::Error> {
            match self {
                Self::Postgres(row) => row.try_get(index),
                Self::Sqlite(row) => row.try_get(index),
            }
        }
    )*};
}

impl Row {
    row_get!(
        i64: i64, opt_i64: Option<i64>, text: String, opt_text: Option<String>, bytes: Vec<u8>,
        opt_bytes: Option<Vec<u8>>, uuid: Uuid, opt_uuid: Option<Uuid>, bool: bool
    );
}

fn pg_arguments(values: &[Value]) -> Result<PgArguments, sqlx::Error> {
    use sqlx::Arguments as _;
    let mut arguments = PgArguments::default();
    for value in values {
        match value {
            Value::I64(value) => arguments.add(*value),
            Value::Text(value) => arguments.add(value.as_deref()),
            Value::Bytes(value) => arguments.add(value.as_deref()),
            Value::Uuid(value) => arguments.add(*value),
            Value::Bool(value) => arguments.add(*value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn sqlite_arguments(values: &[Value]) -> Result<SqliteArguments, sqlx::Error> {
    use sqlx::Arguments as _;
    let mut arguments = SqliteArguments::default();
    for value in values {
        match value {
            Value::I64(value) => arguments.add(*value),
            Value::Text(value) => arguments.add(value.clone()),
            Value::Bytes(value) => arguments.add(value.clone()),
            Value::Uuid(value) => arguments.add(*value),
            Value::Bool(value) => arguments.add(*value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

impl Database {
    /// Opens a pool. For PostgreSQL every session looks into the location's schema first.
    pub async fn open(options: &DatabaseOptions) -> Result<Self, sqlx::Error> {
        match &options.location {
            Location::Postgres { url, schema } => {
                let connect = pg_connect_options(url, schema)?;
                let pool = PgPoolOptions::new()
                    .max_connections(options.connections_max)
                    .acquire_timeout(options.acquire_timeout)
                    // It is asked at its return, and again only after it has lain idle.
                    .test_before_acquire(false)
                    .before_acquire(|connection, usage| {
                        Box::pin(async move {
                            if usage.idle_for < IDLE_TRUSTED { Ok(true) } else { answers(connection).await }
                        })
                    })
                    .after_release(|connection, _| Box::pin(answers(connection)))
                    .connect_with(connect)
                    .await?;
                Ok(Self::Postgres(pool))
            }
            Location::Sqlite(path) => {
                let pool = SqlitePoolOptions::new()
                    .max_connections(options.connections_max)
                    .acquire_timeout(options.acquire_timeout)
                    .connect_with(sqlite_connect_options(path, options.durable))
                    .await?;
                Ok(Self::Sqlite(pool))
            }
        }
    }

    /// Opens a pool on a schema that is up to date. Where `owner_url` is given, an address of the same PostgreSQL database,
    /// the migrations run with the rights of the owner, and this process' own role needs none over tables.
    pub async fn open_migrated(
        options: &DatabaseOptions,
        owner_url: Option<&str>,
        migrations: &[MigrationText],
    ) -> Result<Self, sqlx::Error> {
        let location = options.location.as_owner(owner_url);
        if location == options.location {
            let database = Self::open(options).await?;
            database.migrate(migrations, location.schema()).await?;
            return Ok(database);
        }
        let owner = Self::open(&DatabaseOptions { location, connections_max: 1, ..options.clone() }).await?;
        let migrated = owner.migrate(migrations, options.location.schema()).await;
        owner.close().await;
        migrated?;
        Self::open(options).await
    }

    /// Brings the schema up to date; running processes may do so at the same time.
    pub async fn migrate(
        &self,
        migrations: &[MigrationText],
        schema: Option<&str>,
    ) -> Result<(), sqlx::Error> {
        let texts = migrations
            .iter()
            .map(|migration| {
                let sql = match self {
                    Self::Postgres(_) => migration.postgres,
                    Self::Sqlite(_) => migration.sqlite,
                };
                Migration::new(
                    migration.version,
                    Cow::Borrowed(migration.description),
                    MigrationType::Simple,
                    sql.into_sql_str(),
                    false,
                )
            })
            .collect();
        let mut migrator = Migrator::with_migrations(texts);
        // Release N runs beside N+1 (rule 17): a migration that this build does not know is no error.
        migrator.set_ignore_missing(true);
        let result = match self {
            Self::Postgres(pool) => {
                if let Some(schema) = schema {
                    migrator.create_schema(schema.to_owned());
                }
                migrator.run(pool).await
            }
            Self::Sqlite(pool) => migrator.run(pool).await,
        };
        result.map_err(|error| match error {
            sqlx::migrate::MigrateError::Execute(error) => error,
            other => sqlx::Error::Migrate(Box::new(other)),
        })
    }

    /// Runs a statement; answers how many rows it touched.
    pub async fn execute(&self, sql: impl SqlSafeStr, values: &[Value]) -> Result<u64, sqlx::Error> {
        match self {
            Self::Postgres(pool) => {
                Ok(sqlx::query_with(sql, pg_arguments(values)?).execute(pool).await?.rows_affected())
            }
            Self::Sqlite(pool) => {
                Ok(sqlx::query_with(sql, sqlite_arguments(values)?).execute(pool).await?.rows_affected())
            }
        }
    }

    /// Runs a query that only reads; bound the result in the SQL.
    pub async fn query(&self, sql: impl SqlSafeStr, values: &[Value]) -> Result<Vec<Row>, sqlx::Error> {
        self.read(sql, values, true).await
    }

    /// The same, planned for the tables as they are now, not as they were when a connection first ran it: on PostgreSQL a
    /// plan made for a small table is kept while the table grows, and may scan it each time.
    pub(crate) async fn query_planned_anew(
        &self,
        sql: impl SqlSafeStr,
        values: &[Value],
    ) -> Result<Vec<Row>, sqlx::Error> {
        self.read(sql, values, false).await
    }

    async fn read(
        &self,
        sql: impl SqlSafeStr,
        values: &[Value],
        keeps_plan: bool,
    ) -> Result<Vec<Row>, sqlx::Error> {
        match self {
            Self::Postgres(pool) => {
                let sql = sql.into_sql_str();
                let mut lost = 0;
                let rows = loop {
                    let query = sqlx::query_with(sql.clone(), pg_arguments(values)?).persistent(keeps_plan);
                    match query.fetch_all(pool).await {
                        // The server went away since the connection was last used: the next one may be new. A read
                        // changes nothing, so it may be asked again.
                        Err(sqlx::Error::Io(_)) if lost < pool.options().get_max_connections() => lost += 1,
                        other => break other?,
                    }
                };
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
            Self::Sqlite(pool) => {
                let rows = sqlx::query_with(sql, sqlite_arguments(values)?).fetch_all(pool).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
        }
    }

    /// Starts a transaction that may write.
    pub async fn begin(&self) -> Result<Transaction, sqlx::Error> {
        match self {
            Self::Postgres(pool) => Ok(Transaction::Postgres(pool.begin().await?)),
            Self::Sqlite(pool) => Ok(Transaction::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?)),
        }
    }

    /// Starts a transaction of a view. What a crash takes from a view is read from the log again, so on PostgreSQL its
    /// commits do not wait for the disk; and a plan made for the empty tables of the first batch would scan for ever.
    pub(crate) async fn begin_view(&self) -> Result<Transaction, sqlx::Error> {
        const BEGIN: &str =
            "BEGIN; SET LOCAL synchronous_commit = off; SET LOCAL plan_cache_mode = force_custom_plan";
        match self {
            Self::Postgres(pool) => Ok(Transaction::Postgres(pool.begin_with(BEGIN).await?)),
            Self::Sqlite(_) => self.begin().await,
        }
    }

    /// Starts a transaction that reads one consistent state.
    pub async fn begin_snapshot(&self) -> Result<Transaction, sqlx::Error> {
        match self {
            Self::Postgres(pool) => Ok(Transaction::Postgres(
                pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?,
            )),
            Self::Sqlite(pool) => Ok(Transaction::Sqlite(pool.begin_with("BEGIN").await?)),
        }
    }

    /// Closes all connections.
    pub async fn close(&self) {
        match self {
            Self::Postgres(pool) => pool.close().await,
            Self::Sqlite(pool) => pool.close().await,
        }
    }
}

/// A transaction on either engine; dropped without commit it is rolled back.
#[derive(Debug)]
pub enum Transaction {
    /// PostgreSQL.
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
    /// SQLite.
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
}

impl Transaction {
    /// Runs a statement; answers how many rows it touched.
    pub async fn execute(&mut self, sql: impl SqlSafeStr, values: &[Value]) -> Result<u64, sqlx::Error> {
        match self {
            Self::Postgres(transaction) => {
                let query = sqlx::query_with(sql, pg_arguments(values)?);
                Ok(query.execute(&mut **transaction).await?.rows_affected())
            }
            Self::Sqlite(transaction) => {
                let query = sqlx::query_with(sql, sqlite_arguments(values)?);
                Ok(query.execute(&mut **transaction).await?.rows_affected())
            }
        }
    }

    /// Runs a query; bound the result in the SQL.
    pub async fn query(&mut self, sql: impl SqlSafeStr, values: &[Value]) -> Result<Vec<Row>, sqlx::Error> {
        match self {
            Self::Postgres(transaction) => {
                let rows = sqlx::query_with(sql, pg_arguments(values)?).fetch_all(&mut **transaction).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
            Self::Sqlite(transaction) => {
                let rows =
                    sqlx::query_with(sql, sqlite_arguments(values)?).fetch_all(&mut **transaction).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
        }
    }

    /// Commits.
    pub async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Postgres(transaction) => transaction.commit().await,
            Self::Sqlite(transaction) => transaction.commit().await,
        }
    }

    /// Rolls back now, not at the connection's next use.
    pub async fn rollback(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Postgres(transaction) => transaction.rollback().await,
            Self::Sqlite(transaction) => transaction.rollback().await,
        }
    }
}

/// Whether a connection that comes back to the pool, perhaps out of an abandoned query, still has a peer: one behind a
/// dead network would keep its place in the pool until TCP gives up.
async fn answers(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    match tokio::time::timeout(RELEASE_TIMEOUT, connection.ping()).await {
        Ok(answered) => answered.map(|()| true),
        Err(_) => Err(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}

/// Session settings that keep a hung peer from holding locks (rule 7).
pub(crate) fn pg_connect_options(url: &str, schema: &str) -> Result<PgConnectOptions, sqlx::Error> {
    let options = PgConnectOptions::from_str(url)?.application_name(APPLICATION_NAME).options([
        ("search_path", schema),
        ("idle_in_transaction_session_timeout", "2s"),
        ("lock_timeout", "2s"),
        ("tcp_keepalives_idle", "2"),
        ("tcp_keepalives_interval", "1"),
        ("tcp_keepalives_count", "3"),
        ("tcp_user_timeout", "3000"),
    ]);
    Ok(options)
}

pub(crate) fn sqlite_connect_options(path: &Path, durable: bool) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(if durable { SqliteSynchronous::Full } else { SqliteSynchronous::Normal })
        .busy_timeout(Duration::from_secs(5))
        .foreign_keys(false)
        .pragma("wal_autocheckpoint", "1000")
}
