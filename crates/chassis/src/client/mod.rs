//! The way to another service: its address, TLS, and the token that goes with every call.

mod endpoint;
mod failure;
mod tls;
mod token;

pub use endpoint::endpoint;
pub use failure::Error;
pub use tls::Tls;
pub use token::{Token, bearer};
