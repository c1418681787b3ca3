//! Accounts, people, staff, desks, contact points and what came of contacts as streams of the event log, one file a kind: how
//! their events are stored, and what they claim in the directory.
//!
//! Invariant: events of staff, desks, contact points and attendance are no customer's: their account id is the nil UUID, and
//! so is that of a contact whose caller nobody recognised.

mod account;
mod attendance;
mod contact;
mod contact_point;
mod desk;
mod person;
mod project;
mod rejected_fact;
mod review_plan;
mod staff_member;
#[cfg(test)]
mod tests;

pub mod key;
