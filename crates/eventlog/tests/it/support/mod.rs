//! What the tests share: a place for a log, an aggregate, appends by hand and a second opinion on the chain.

pub(crate) mod account;
mod appends;
mod chain;
mod place;
mod stall;

pub(crate) use account::{Account, Accounts, Command, Rejection, Ring, asked, order, run};
pub(crate) use appends::{append, asking, event, id, later, rows};
pub(crate) use chain::assert_dense_and_chained;
pub(crate) use place::{Engine, Place, proxied};
pub(crate) use stall::Stall;

/// Makes of each `async fn name(place: Place)` two tests: `on_sqlite::name` and `on_postgres::name`.
macro_rules! on_both_engines {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name($crate::support::Place::new($crate::support::Engine::Sqlite)).await;
                }
            )+
        }
        mod on_postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name($crate::support::Place::new($crate::support::Engine::Postgres)).await;
                }
            )+
        }
    };
}
