//! The progress view from the outside: events in, timelines out, on both engines.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends there")]

mod api;
mod fresh;
mod golden;
mod history;
mod interleaving;
mod live_log;
mod paging;
mod parking;
mod rebuild;
mod roles;
mod stories;
mod support;
mod watch;
