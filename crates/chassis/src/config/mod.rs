//! Typed configuration: defaults < TOML file < environment.
//!
//! A configuration is one struct with a struct for each section; both derive `Serialize` and `Deserialize` with
//! `#[serde(deny_unknown_fields, default)]` and implement `Default`. Secrets are never values: a [`Secret`] names a
//! file, so that no process list, core dump or printed configuration shows one.

mod environment;
mod failure;
mod load;
mod secret;

pub use failure::Error;
pub use load::load;
pub use secret::{Secret, SecretText};

/// How the names of our environment variables begin.
pub const PREFIX: &str = "VIGIE_";

/// Environment variables that are ours and not configuration; a `*` at the end stands for any rest.
pub const NOT_CONFIGURATION: &[&str] = &["VIGIE_ENDPOINT", "VIGIE_TOKEN", "VIGIE_KILL_POINT", "VIGIE_TEST_*"];
