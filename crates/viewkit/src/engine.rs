//! The engines that a view's tables are kept in.

/// Where a view's tables are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// A file.
    Sqlite,
    /// A database of the shared test server.
    Postgres,
}

impl Engine {
    /// SQL for an id that nothing has.
    pub const fn zero_id(self) -> &'static str {
        match self {
            Self::Sqlite => "zeroblob(16)",
            Self::Postgres => "'00000000-0000-0000-0000-000000000000'",
        }
    }

    /// SQL for the opposite of what is in a boolean column.
    pub fn flipped(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("1 - {column}"),
            Self::Postgres => format!("NOT {column}"),
        }
    }
}

/// Runs cases, each an `async fn(Engine)` of the module, on both engines: as `sqlite::<case>` and `postgres::<case>`.
#[macro_export]
macro_rules! on_both_engines {
    ($($case:ident),* $(,)?) => {
        mod sqlite { $(
            #[tokio::test]
            async fn $case() { super::$case($crate::Engine::Sqlite).await; }
        )* }
        mod postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() { super::$case($crate::Engine::Postgres).await; }
        )* }
    };
}
