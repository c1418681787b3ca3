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
mod alone;
mod checker;
mod contract_page;
mod crm;
mod durability;
mod face;
mod facts;
mod faults;
mod first_start;
mod frozen_reader;
mod kills;
mod late_write;
mod on_call;
mod opposite;
mod pending;
mod poison;
mod repeats;
mod restore;
mod restore_on_kafka;
mod routing;
mod taking_over;
mod told;
mod wrong_input;
mod year;
