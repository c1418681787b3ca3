//! What can keep a verifier or an issuer from being made.

use std::path::PathBuf;

/// An identity set-up that cannot work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither `jwks_url` nor `jwks_file` is set, or both are.
    #[error("identity: set exactly one of jwks_url and jwks_file")]
    NoKeySource,
    /// `issuer` or `audience` is empty: tokens made for others would pass.
    #[error("identity: {0} must be set")]
    NotSet(&'static str),
    /// `jwks_url` is not HTTPS, and its host is not this machine.
    #[error("identity: jwks_url must be https")]
    PlainUrl,
    /// No TLS provider was installed before.
    #[error("identity: no rustls provider is installed; main installs it before anything else")]
    NoTlsProvider,
    /// The HTTP client cannot be made.
    #[error("identity: HTTP client")]
    Http(#[from] reqwest::Error),
    /// The development key cannot be read or written.
    #[error("development key {}", path.display())]
    DevelopmentKey {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A key or token cannot be made.
    #[error("identity: signing")]
    Signing(#[from] jsonwebtoken::errors::Error),
    /// A key set cannot be written or read as JSON.
    #[error("identity: key set")]
    KeySet(#[from] serde_json::Error),
}
