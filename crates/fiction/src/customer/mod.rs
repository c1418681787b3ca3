//! Customers: a group with its companies and their sites, or a company with its sites, and the people of each.

mod account;
mod person;
mod trade;
mod tree;

pub use account::{Account, Address};
pub use person::Person;

pub(crate) use person::{People, Share};
pub(crate) use tree::Customers;
