//! The way to the gRPC door.

mod connection;
mod credentials;
pub(crate) mod development;

pub(crate) use connection::{Client, prompt};
pub(crate) use credentials::Credentials;
