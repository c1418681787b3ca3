//! The service's integration tests, one binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "all of this is a test"
)]

mod contract;
mod driver;
mod driver_bench;
mod driver_osmo_hlr;
#[cfg(feature = "kill-points")]
mod killed;
mod reconcile;
mod register_contract;
mod register_osmo_hlr;
mod register_simulated;
mod service;
