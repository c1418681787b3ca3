//! Whole-system tests: a Vigie process, the real parts beneath it, clients that are not ours.

mod acceptance;
mod alert;
mod checker;
mod durability;
mod faults;
mod first_start;
mod kills;
mod late_write;
mod opposite;
mod pending;
mod restore;
mod wrong_input;
