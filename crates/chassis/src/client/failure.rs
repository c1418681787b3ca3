//! What can be wrong with the way to another service, before anybody is called.

use std::path::PathBuf;

use crate::{config, identity};

/// An address, certificate or token that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Neither in clear nor with TLS.
    #[error("the endpoint {0} must begin with http:// or https://")]
    Scheme(String),
    /// Not a URL.
    #[error("the endpoint {0} is not a URL like http://127.0.0.1:7070")]
    Url(String),
    /// Certificates that nobody would look at.
    #[error("certificates are configured for the endpoint {0}, which is not https://")]
    NotTls(String),
    /// A certificate without its key, or the other way round.
    #[error("a client's certificate and its key belong together")]
    HalfIdentity,
    /// A certificate's file cannot be read.
    #[error("TLS: {} cannot be read", path.display())]
    Certificate {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A secret's file cannot be read: the certificate's key, or the token.
    #[error(transparent)]
    Secret(#[from] config::Error),
    /// The certificates are not what TLS takes.
    #[error("the endpoint {endpoint} has no usable TLS")]
    Tls {
        /// Where.
        endpoint: String,
        /// Why.
        source: tonic::transport::Error,
    },
    /// The token has characters that none has.
    #[error("the token holds characters that no token has")]
    Token,
    /// No development token can be made.
    #[error("no development token can be made")]
    Development(#[from] identity::Error),
}
