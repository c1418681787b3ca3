//! TLS of a client, from files.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tonic::transport::{Certificate, ClientTlsConfig, Identity};

use super::Error;
use crate::config::Secret;

/// Whom an `https://` endpoint is trusted as, and who we are to it. PEM, read when the way is prepared: a new certificate
/// needs a restart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tls {
    /// The root of the service's certificate; the machine's roots if absent.
    pub ca: Option<PathBuf>,
    /// Our certificate and what leads up to its root, for a service that asks for one (mTLS).
    pub certificate: Option<PathBuf>,
    /// Its key.
    pub key: Option<Secret>,
}

impl Tls {
    pub(super) fn read(&self) -> Result<ClientTlsConfig, Error> {
        let config = match &self.ca {
            Some(path) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem(path)?)),
            None => ClientTlsConfig::new().with_native_roots(),
        };
        match (&self.certificate, &self.key) {
            (Some(certificate), Some(key)) => {
                Ok(config.identity(Identity::from_pem(pem(certificate)?, key.read()?.expose())))
            }
            (None, None) => Ok(config),
            _ => Err(Error::HalfIdentity),
        }
    }
}

fn pem(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Certificate { path: path.to_owned(), source })
}
