//! Whole-system tests: a Vigie process, the real parts beneath it, clients that are not ours.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests"
)]

mod acceptance;
mod alert;
mod checker;
mod crm;
mod durability;
mod faults;
mod first_start;
mod kills;
mod late_write;
mod on_call;
mod opposite;
mod pending;
mod repeats;
mod restore;
mod wrong_input;
