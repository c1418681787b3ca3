//! The service's integration tests, one binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "all of this is a test"
)]

mod contract;
mod killed;
#[cfg(feature = "kill-points")]
mod killed_at_a_point;
mod service;
