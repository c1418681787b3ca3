//! The service as others meet it: events of other services go in, mail and webhooks come out, by real servers, on both
//! engines.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may panic, also in its helpers"
)]

/// Runs cases, each an `async fn(House)` of the module, on both engines: as `sqlite::<case>` and `postgres::<case>`.
macro_rules! on_both_engines {
    ($($case:ident),* $(,)?) => {
        mod sqlite { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$case($crate::house::House::open($crate::house::Engine::Sqlite).await).await;
            }
        )* }
        mod postgres { $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                super::$case($crate::house::House::open($crate::house::Engine::Postgres).await).await;
            }
        )* }
    };
}

mod bounces;
mod campaigns;
mod contract;
mod door;
mod house;
mod interrupted;
#[cfg(feature = "kill-points")]
mod killed;
mod letters;
mod mail_server;
mod preferences;
mod replayed;
mod script;
mod smtp;
mod telling;
mod webhooks;
