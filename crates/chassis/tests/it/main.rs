//! The chassis through real sockets.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests; clippy knows only the functions"
)]

mod collector;
mod deadlines;
mod errors;
mod jwks;
mod lifecycle;
mod raw;
mod rules;
mod stub;
mod telemetry;
mod tls;
mod tokens;
mod world;
