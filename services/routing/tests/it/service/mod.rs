//! The service through its public door, on both engines.

mod accounts;
mod contacts;
mod desks;
#[cfg(feature = "kafka")]
mod facts_topic;
mod foreign;
pub(crate) mod house;
mod house_wrong_input;
mod importing;
mod listing;
mod managers;
mod people;
mod projects;
mod reviews;
mod routing;
mod staff;
mod standing;
mod telling;
mod wrong_input;

/// The same story on SQLite and on PostgreSQL.
macro_rules! on_both_engines {
    ($($(#[$doc:meta])* async fn $name:ident($house:ident: House) $story:block)*) => {$(
        mod $name {
            #[allow(unused_imports, reason = "not every story needs all")]
            use super::*;

            async fn story($house: House) $story

            #[tokio::test(flavor = "multi_thread")]
            async fn on_sqlite() {
                story(House::open(Engine::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn on_postgres() {
                story(House::open(Engine::Postgres).await).await;
            }
        }
    )*};
}
pub(crate) use on_both_engines;
