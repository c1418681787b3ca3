//! TLS from files.

use std::path::Path;

use tonic::transport::{Certificate, Identity, ServerTlsConfig};

use super::{Error, Tls};

pub(super) fn read(tls: &Tls) -> Result<ServerTlsConfig, Error> {
    let identity = Identity::from_pem(pem(&tls.certificate)?, tls.key.read()?.expose());
    let config = ServerTlsConfig::new().identity(identity);
    match &tls.client_ca {
        Some(path) => Ok(config.client_ca_root(Certificate::from_pem(pem(path)?))),
        None => Ok(config),
    }
}

fn pem(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|source| Error::Certificate { path: path.display().to_string(), source })
}
