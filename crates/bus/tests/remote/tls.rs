//! The log read over mutual TLS.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use vigie_chassis::client::Tls;
use vigie_chassis::config::Secret;
use vigie_chassis::server::{self, Options};
use vigie_eventlog::view::Feed as _;
use vigie_eventlog::{Checkpoint, ReadError};
use vigie_testkit::free_port;

use crate::door::{Door, House, auditor, feed};
use crate::read;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_trusts_one_authority_and_shows_its_own_certificate() {
    let house = House::open().await;
    house.append(1, 3).await;
    let write = |name: &str, text: String| -> PathBuf {
        let path = house.scratch.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let mut params = CertificateParams::new(vec![]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let issue = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap().pem();
        let key = Secret { file: write(&format!("{name}.key"), key.serialize_pem()) };
        (write(&format!("{name}.pem"), certificate), key)
    };
    let ca = write("ca.pem", authority.pem());
    let ((certificate, key), (own, own_key)) = (issue("lines"), issue("commitments"));
    let tls = server::Tls { certificate, key, client_ca: Some(ca.clone()) };
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port().unwrap()));
    let door = Door::open_with(&house, Options { listen, tls: Some(tls), ..Options::default() }).await;

    let url = format!("https://localhost:{}", listen.port());
    let known = Tls { ca: Some(ca), certificate: Some(own), key: Some(own_key) };
    let log = feed(&url, &known, door.token(auditor()));
    let mut source = log.read_after(Checkpoint::START).await.unwrap();
    assert_eq!(read(&mut *source, 3, 10).await.len(), 3);

    let nameless = Tls { certificate: None, key: None, ..known.clone() };
    for (tls, who) in [(nameless, "without certificate"), (Tls::default(), "without the authority")] {
        let refused = feed(&url, &tls, door.token(auditor())).read_after(Checkpoint::START).await;
        assert!(matches!(refused.err(), Some(ReadError::Unreachable(_))), "{who}");
    }
}
