//! TLS and mTLS from files.

use std::path::Path;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint, Identity};
use vigie_chassis::config::Secret;
use vigie_chassis::server::{self, Tls};
use vigie_proto::log::VerifyRequest;
use vigie_proto::log::log_service_client::LogServiceClient;

use crate::world::{World, soon};

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(vec![]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    /// Certificate and key for `name`.
    fn issue(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.0).unwrap().pem(), key.serialize_pem())
    }
}

fn write(folder: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

async fn call(world: &World, config: ClientTlsConfig) -> Result<(), Box<dyn std::error::Error>> {
    let endpoint = Endpoint::from_shared(format!("https://{}", world.address))?;
    let channel = endpoint.tls_config(config.domain_name("localhost"))?.connect().await?;
    LogServiceClient::new(channel).verify(VerifyRequest::default()).await?;
    Ok(())
}

#[tokio::test]
async fn with_mutual_tls_only_known_clients_get_in() {
    let folder = tempfile::tempdir().unwrap();
    let (authority, stranger) = (Authority::new(), Authority::new());
    let (certificate, key) = authority.issue("localhost");
    let tls = Tls {
        certificate: write(folder.path(), "server.pem", &certificate),
        key: Secret { file: write(folder.path(), "server.key", &key) },
        client_ca: Some(write(folder.path(), "clients.pem", &authority.pem())),
    };
    let world = World::start_with(|options| server::Options { tls: Some(tls.clone()), ..options }).await;

    let trusting = || ClientTlsConfig::new().ca_certificate(Certificate::from_pem(authority.pem()));
    let as_client = |(certificate, key): (String, String)| Identity::from_pem(certificate, key);
    soon(call(&world, trusting().identity(as_client(authority.issue("lines"))))).await.unwrap();
    assert!(soon(call(&world, trusting())).await.is_err(), "without certificate");
    let foreign = trusting().identity(as_client(stranger.issue("lines")));
    assert!(soon(call(&world, foreign)).await.is_err(), "certificate of a stranger");
}
