//! What the tests share: a log in memory, a script to write it, a view on either engine, and callers of its API.

mod calls;
mod log;
mod script;
mod view;

pub(crate) use calls::{api, asked_by, manager, staff};
pub(crate) use log::{MemoryLog, Partitions};
pub(crate) use script::{ACCOUNT, START, Script, seconds, uuid};
pub(crate) use view::{Engine, House, PATIENCE, catch_up, house_of, on_both_engines};
