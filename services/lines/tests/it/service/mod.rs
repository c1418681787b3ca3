//! The service through its public door, on both engines.

mod asking_again;
mod foreign;
mod house;
mod immediate;
mod importing;
mod inventory;
mod listing;
mod people;
mod porting_out;
mod stolen_handsets;
mod twins;
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
