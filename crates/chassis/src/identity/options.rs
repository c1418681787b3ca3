//! Configuration of identity.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Section `[identity]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// The issuer (`iss`) whose tokens count.
    pub issuer: String,
    /// The audience (`aud`) that a token must be made for.
    pub audience: String,
    /// Where the issuer publishes its keys (RFC 7517).
    pub jwks_url: Option<String>,
    /// A file with its keys, instead.
    pub jwks_file: Option<PathBuf>,
    /// Seconds that clocks may differ by.
    pub leeway_s: u64,
    /// Verified tokens remembered, so that a signature is checked once and not at every call.
    pub tokens_cached_max: usize,
    /// Keys are fetched at most once in this many seconds, whoever presents unknown ones.
    pub refetch_interval_s: u64,
    /// Keys are fetched anew after this many seconds, so that a withdrawn one goes.
    pub keys_max_age_s: u64,
    /// Milliseconds that fetching may take.
    pub fetch_timeout_ms: u64,
}

impl Options {
    /// Whether no issuer is configured, so that only one's own development tokens can count.
    pub fn is_development(&self) -> bool {
        self.jwks_url.is_none() && self.jwks_file.is_none()
    }

    pub(super) fn leeway(&self) -> Duration {
        Duration::from_secs(self.leeway_s)
    }

    pub(super) fn refetch_interval(&self) -> Duration {
        Duration::from_secs(self.refetch_interval_s)
    }

    pub(super) fn keys_max_age(&self) -> Duration {
        Duration::from_secs(self.keys_max_age_s)
    }

    pub(super) fn fetch_timeout(&self) -> Duration {
        Duration::from_millis(self.fetch_timeout_ms)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            audience: "vigie".to_owned(),
            jwks_url: None,
            jwks_file: None,
            leeway_s: 5,
            tokens_cached_max: 10_000,
            refetch_interval_s: 10,
            keys_max_age_s: 3_600,
            fetch_timeout_ms: 3_000,
        }
    }
}
