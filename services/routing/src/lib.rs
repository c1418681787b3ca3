//! Customers, the operator's people who face them, and who is to take a contact.
//!
//! `domain` decides, `stream` says how its events are stored, `view` lists, `base` holds in memory what a contact's routing
//! asks, `api` is the door.

mod api;
pub mod base;
pub mod config;
pub mod domain;
#[cfg(any(test, feature = "kafka"))]
mod ingest;
mod options;
mod reviewing;
mod service;
mod standing;
#[cfg(test)]
mod story;
mod stream;
mod view;

pub use api::Router;
pub use options::Options;
pub use service::{Parts, Routing, start_view_over};
pub use standing::{Look, StandingReaction};
pub use stream::key;
pub use view::Error as ViewError;
