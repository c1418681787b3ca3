//! The promises that are not acts on a line: what each one means, how its cases grow from events, which verdict follows.
//!
//! Read in this order: [`characteristic`] (what is promised, and by which rule it is judged), [`facts`] (the judge),
//! [`case`] (one case), [`book`] (the cases that a batch of events touches).
//!
//! Invariant: a case follows the order of one stream only (rule 25).

mod book;
mod case;
mod characteristic;
mod facts;

pub use book::{Book, Mark, Stroke};
pub use case::{Matter, News, PromiseCase};
pub use characteristic::{
    BLOCK_LIST, CONTACT_POINT_PUBLISHED, Characteristic, END_USERS, KeptIn, LARGE_ACCOUNTS, Log, MANAGER_GAP,
    MANAGER_TOLD, MANAGER_TRAINED, PROJECT_ANSWERED, REVIEW_HELD, Rule, SPECIALISED_TEAMS,
};
pub use facts::{Ended, Facts};
