//! Who calls: tokens verified, claims read, roles and scope decided (DESIGN.md, "Identity").

mod cache;
mod caller;
mod claims;
pub mod dev;
mod failure;
mod keys;
mod options;
mod role;
mod scope;
mod source;
mod verifier;

pub use caller::{Caller, Kind};
pub use failure::Error;
pub use options::Options;
pub use role::{Role, RoleSet};
pub use scope::{Scope, Target};
pub use verifier::Verifier;
