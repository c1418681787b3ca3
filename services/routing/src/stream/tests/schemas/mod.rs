//! The schema of every event, generated from its type.

mod account;
mod contact;
mod house;
mod outcomes;
mod person;
