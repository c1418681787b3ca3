//! The test kit, tried on itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "all of this is a test"
)]

mod kafka;
mod osmo_hlr;
mod postgres;
mod process;
mod proxy;
mod scratch;
