//! Whom to tell, by what is known of the customer at this moment. Pure.
//!
//! In order: the company's rules for the cause, else the usual roles, of the nearest account that has somebody; then people's
//! own wishes; then, of a line, its user. One person is told once, however many rules name them, and so is one mailbox.
//! After LOSS or THEFT somebody other than the line's user is told, whatever the rules say: the user's mail may be on the
//! very phone that is gone. Everybody else who could be told is the fallback of one of those who are.

mod facts;
mod ladder;
mod plan;
#[cfg(test)]
mod tests;

pub use facts::{Account, Facts, Person, PersonRole};
pub use plan::{Plan, Route, plan};
