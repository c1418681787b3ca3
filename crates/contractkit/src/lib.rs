//! What integrators are promised, made from the code: the JSON Schemas of a context's events, and the AsyncAPI document that
//! says on which topics they are.
//!
//! A test of each service makes them ([`Schemas`], [`Contract`]) and holds them against what is checked in under
//! `contracts/`, so that neither can say something else than the code. With `UPDATE_GOLDEN` in its environment it writes them
//! anew (`make golden`).
//!
//! Invariant: for tests only, never more than a dev-dependency. It knows the log and the bus, and no service's code.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "only tests call it, and end there"
)]

mod asyncapi;
mod checked_in;
mod event_schema;
mod headers;
mod published;
mod schemas;

pub use asyncapi::{Contract, Events, Inbound, State};
pub use checked_in::{contracts, is_as_checked_in};
pub use event_schema::EventSchema;
pub use published::Published;
pub use schemas::Schemas;
