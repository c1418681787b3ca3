//! An authority for one broker, and the broker's certificate.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};

use crate::Error;

use super::NAME;

/// PEM files that the broker and its clients are given.
#[derive(Debug)]
pub(super) struct Certificates {
    /// What clients trust.
    pub(super) ca: PathBuf,
    /// The broker's key and its certificate, one after the other, as Kafka wants a key store of type PEM.
    pub(super) keystore: PathBuf,
}

impl Certificates {
    /// For a broker at 127.0.0.1 and localhost.
    pub(super) fn write(folder: &Path) -> Result<Self, Error> {
        let (ca, keystore) = issue().map_err(|error| Error::failed(NAME, error))?;
        let certificates = Self { ca: folder.join("ca.pem"), keystore: folder.join("broker.pem") };
        std::fs::write(&certificates.ca, ca)
            .and_then(|()| std::fs::write(&certificates.keystore, keystore))
            .map_err(|error| Error::failed(NAME, error))?;
        Ok(certificates)
    }
}

fn issue() -> Result<(String, String), rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "Vigie test authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned(), "localhost".to_owned()])?;
    params.distinguished_name.push(DnType::CommonName, "localhost");
    let certificate = params.signed_by(&key, &authority)?;
    Ok((authority.pem(), format!("{}{}", key.serialize_pem(), certificate.pem())))
}
