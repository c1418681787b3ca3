//! The second reaction: notices in, messages out, and on the record what became of each attempt.
//!
//! The attempt is on record before the message leaves, and its end after. So one whose end is missing is known as such: it
//! is made again once, and says that it may be a repeat. Nothing is sent by replaying or rebuilding anything: a notice that
//! was handed over has nothing left to send.

mod reactions;
mod sender;

pub use reactions::{Bulk, Send};
pub(crate) use sender::Sender;
