//! The ledger from the outside: events in, verdicts out, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends there")]

mod api;
mod block_list;
mod golden;
mod history;
mod interleaving;
mod live_log;
mod paging;
mod rebuild;
mod roles;
mod routing;
mod support;
mod verdicts;
