//! The promises that are not acts on a line: what each one means, how its cases grow from events, which verdict follows.
//!
//! Read in this order: [`characteristic`] (what a promise is to the ledger), [`catalogue`] (all of them), [`facts`] (the
//! judge), [`case`] (one case), [`book`] (the cases that a batch of events touches).
//!
//! Invariant: a case follows the order of one stream only (rule 25).

mod book;
mod case;
mod catalogue;
mod characteristic;
mod facts;

pub use book::{Book, Mark, Stroke};
pub use case::{Matter, News, PromiseCase};
pub use catalogue::{
    BLOCK_LIST, CONTACT_POINT_PUBLISHED, CONTACT_POINT_TOLD, END_USERS, IN_CHARGE, IN_CHARGE_DAYS,
    LARGE_ACCOUNTS, MANAGER_GAP, MANAGER_NAMED, MANAGER_TOLD, MANAGER_TRAINED, ON_DATE, PERSONAL,
    PROJECT_ANSWERED, REACHABLE, REVIEW_HELD, SPECIALISED_TEAMS, WAIT_MAX_MS,
};
pub use characteristic::{Characteristic, KeptIn, Log, Rule};
pub use facts::{Ended, Facts};
