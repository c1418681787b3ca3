//! What the tests share: a log in memory, a script to write it, and a ledger on either engine.

mod ledger;
mod log;
mod script;

pub(crate) use ledger::{Engine, Ledger, PATIENCE, catch_up, ledger_of};
pub(crate) use log::{MemoryLog, Partitions};
pub(crate) use script::{ACCOUNT, START, Script, seconds, uuid};
