//! The one error vocabulary: a closed set of reasons, each with its gRPC code (AIP-193).

mod complete;
mod reason;
mod refusal;

pub(crate) use complete::complete;
pub use reason::Reason;
pub use refusal::{DOMAIN, Error};
