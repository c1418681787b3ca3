//! A server that starts whole, or not at all, and stops in order.

mod admin;
mod builder;
mod failure;
mod options;
mod run;
mod services;
mod signal;
mod tls;

pub use builder::Builder;
pub use failure::Error;
pub use options::{Options, Tls};
pub use run::Server;
pub use services::Services;
pub use signal::signal;
