//! Configuration of the server.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::config::Secret;

/// Section `[server]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Options {
    /// Where gRPC is served.
    pub listen: SocketAddr,
    /// Where `/metrics`, `/livez` and `/readyz` are served; nowhere if absent.
    pub admin: Option<SocketAddr>,
    /// TLS; in clear if absent.
    pub tls: Option<Tls>,
    /// Bytes that a message to us may have.
    pub message_in_max_bytes: usize,
    /// Bytes that a message from us may have.
    pub message_out_max_bytes: usize,
    /// Calls at once on one connection.
    pub concurrent_streams_max: u32,
    /// Seconds between two HTTP/2 pings to a silent client.
    pub keepalive_s: u64,
    /// Seconds until a client that does not answer a ping is dropped.
    pub keepalive_timeout_s: u64,
    /// Milliseconds between "not ready" and the end of listening, for load balancers to notice.
    pub lame_duck_ms: u64,
    /// Milliseconds that calls under way get to end.
    pub drain_ms: u64,
}

/// TLS from files, in PEM. They are read at the start: a new certificate needs a restart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The certificate and what leads up to its root.
    pub certificate: PathBuf,
    /// Its key.
    pub key: Secret,
    /// The root of the clients' certificates; with it a client needs one (mTLS).
    #[serde(default)]
    pub client_ca: Option<PathBuf>,
}

impl Options {
    pub(super) fn keepalive(&self) -> Duration {
        Duration::from_secs(self.keepalive_s)
    }

    pub(super) fn keepalive_timeout(&self) -> Duration {
        Duration::from_secs(self.keepalive_timeout_s)
    }

    pub(super) fn lame_duck(&self) -> Duration {
        Duration::from_millis(self.lame_duck_ms)
    }

    pub(super) fn drain(&self) -> Duration {
        Duration::from_millis(self.drain_ms)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 7070)),
            admin: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 7071))),
            tls: None,
            message_in_max_bytes: 1024 * 1024,
            message_out_max_bytes: 4 * 1024 * 1024,
            concurrent_streams_max: 1024,
            keepalive_s: 30,
            keepalive_timeout_s: 10,
            lame_duck_ms: 500,
            drain_ms: 10_000,
        }
    }
}
