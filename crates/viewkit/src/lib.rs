//! What the tests of every view of a log share: logs to read, a script to write them, a place for the view's tables, and
//! the [`cases`] that hold whatever a view computes.
//!
//! A service implements [`View`] once for its tests and runs the cases on both engines ([`on_both_engines!`]) with
//! histories of its own making. What only one view does stays in its own tests.
//!
//! Invariant: for tests only, never more than a dev-dependency. It knows `vigie.line.*` in its published form and no
//! service's code.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "only tests call it, and end there"
)]

mod api;
pub mod cases;
mod engine;
mod golden;
mod history;
mod house;
mod live_log;
mod memory_log;
mod partitions;
mod place;
mod script;
mod slow_feed;
mod view;

pub use api::{asked_by, check_rules, manager, signer};
pub use engine::Engine;
pub use golden::golden_events;
pub use history::{Turn, history};
pub use house::{House, PATIENCE, catch_up};
pub use live_log::LiveLog;
pub use memory_log::MemoryLog;
pub use partitions::Partitions;
pub use place::Place;
pub use script::{ACCOUNT, START, Script, seconds, uuid};
pub use slow_feed::SlowFeed;
pub use view::View;
