//! Lines of an operator: their inventory, their suspension, and the register that proves it.
//!
//! `domain` decides, `stream` says how its events are stored, `register` drives the network to what was decided, `block_list`
//! has stolen handsets blocked, `view` lists, `api` is the door.

mod api;
pub mod block_list;
pub mod config;
pub mod domain;
mod options;
mod past;
pub mod register;
mod service;
mod stream;
mod view;

pub use options::Options;
pub use past::{StartedOver, start_view_over};
pub use service::{Lines, Parts};
pub use stream::{key, person_key};
pub use view::Error as ViewError;
