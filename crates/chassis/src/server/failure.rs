//! What can keep a server from serving.

use std::net::SocketAddr;

use crate::{config, rules};

/// A server that does not start, or ended by itself.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An RPC without a rule, or a rule without an RPC.
    #[error("the server does not start")]
    Rules(#[from] rules::Error),
    /// Rules ask for tokens and nobody was given to verify them.
    #[error("the server does not start: a rule needs a token and no identity is configured")]
    NoIdentity,
    /// Whoever reads the data folder could be anybody, from anywhere.
    #[error(
        "the server does not start: development tokens are for loopback only, and {0} is not; \
         configure identity.issuer and identity.jwks_url, or listen on 127.0.0.1"
    )]
    DevelopmentIssuerExposed(SocketAddr),
    /// An address is taken or not ours.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// A certificate's file cannot be read.
    #[error("TLS: {path} cannot be read")]
    Certificate {
        /// The file.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// The certificate's key cannot be read.
    #[error("TLS: key")]
    Key(#[from] config::Error),
    /// The transport refused its configuration or broke.
    #[error("gRPC transport")]
    Transport(#[from] tonic::transport::Error),
    /// The descriptor sets cannot be served by reflection.
    #[error("reflection")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// Serving ended though nobody asked for it.
    #[error("the server ended by itself")]
    Ended,
}
