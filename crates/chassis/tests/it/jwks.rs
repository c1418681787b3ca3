//! Keys of an issuer elsewhere: from a file, from a URL, changed while we run.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use parking_lot::Mutex;
use vigie_chassis::error::{Error, Reason};
use vigie_chassis::identity::{Caller, Options, Role, Verifier};
use vigie_clock::ManualClock;

use crate::world::{START, next_port};

/// A P-256 key of an issuer, by its id.
struct Signer {
    id: &'static str,
    key: EncodingKey,
}

impl Signer {
    fn new(id: &'static str) -> Self {
        let pair = rcgen::KeyPair::generate().unwrap();
        Self { id, key: EncodingKey::from_ec_der(&pair.serialize_der()) }
    }

    fn jwk(&self) -> Jwk {
        let mut jwk = Jwk::from_encoding_key(&self.key, Algorithm::ES256).unwrap();
        jwk.common.key_id = Some(self.id.to_owned());
        jwk
    }

    fn token(&self, subject: &str) -> String {
        let claims = serde_json::json!({
            "iss": "https://id.example", "aud": ["vigie", "other"], "sub": subject,
            "exp": START.as_micros() / 1_000_000 + 3600, "vigie_roles": ["advisor"],
        });
        let header = Header { kid: Some(self.id.to_owned()), ..Header::new(Algorithm::ES256) };
        jsonwebtoken::encode(&header, &claims, &self.key).unwrap()
    }
}

fn document(signers: &[&Signer]) -> Vec<u8> {
    let keys = signers.iter().map(|signer| signer.jwk()).collect();
    serde_json::to_vec(&JwkSet { keys }).unwrap()
}

fn options() -> Options {
    Options { issuer: "https://id.example".to_owned(), refetch_interval_s: 0, ..Options::default() }
}

fn from_file(path: &Path, options: Options) -> Verifier {
    let options = Options { jwks_file: Some(path.to_owned()), ..options };
    Verifier::new(&options, Arc::new(ManualClock::at(START))).unwrap()
}

fn reason(verified: Result<Caller, Error>) -> Reason {
    verified.unwrap_err().reason()
}

#[tokio::test]
async fn keys_of_a_file_verify_es256() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwks.json");
    let signer = Signer::new("a");
    std::fs::write(&path, document(&[&signer])).unwrap();
    let caller = from_file(&path, options()).verify(&signer.token("ada")).await.unwrap();
    assert_eq!(caller.subject(), "ada");
    assert!(caller.has(Role::Advisor) && caller.sees_every_account());
}

/// Made once with `openssl genrsa` and `openssl dgst -sha256 -sign`; the private key was thrown away. Holds until 2100.
#[tokio::test]
async fn rs256_is_verified_and_a_changed_signature_is_not() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/rs256.jwks.json");
    let token = include_str!("fixtures/rs256.token").trim_end();
    let verifier = from_file(&path, options());
    assert_eq!(verifier.verify(token).await.unwrap().subject(), "ada");
    let (message, signature) = token.rsplit_once('.').unwrap();
    let changed = format!("{message}.{}{}", &signature[1..], &signature[..1]);
    assert_eq!(reason(verifier.verify(&changed).await), Reason::TokenInvalid);
}

#[tokio::test]
async fn a_new_key_is_found_and_a_withdrawn_one_forgotten_with_its_tokens() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwks.json");
    let (old, new) = (Signer::new("old"), Signer::new("new"));
    std::fs::write(&path, document(&[&old])).unwrap();
    let verifier = from_file(&path, options());
    let (old_token, new_token) = (old.token("ada"), new.token("bob"));
    verifier.verify(&old_token).await.unwrap();
    assert_eq!(reason(verifier.verify(&new_token).await), Reason::TokenInvalid);

    std::fs::write(&path, document(&[&new])).unwrap();
    verifier.verify(&new_token).await.unwrap();
    assert_eq!(
        reason(verifier.verify(&old_token).await),
        Reason::TokenInvalid,
        "remembered though withdrawn"
    );
}

#[tokio::test]
async fn a_key_id_of_another_algorithm_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("jwks.json");
    let signer = Signer::new("a");
    std::fs::write(&path, document(&[&signer])).unwrap();
    let verifier = from_file(&path, options());
    let header = Header { kid: Some("a".to_owned()), ..Header::new(Algorithm::HS256) };
    let claims = serde_json::json!({ "sub": "eve", "exp": 9_999_999_999_u64, "iss": "https://id.example", "aud": "vigie" });
    let secret = EncodingKey::from_secret(&document(&[&signer]));
    let token = jsonwebtoken::encode(&header, &claims, &secret).unwrap();
    assert_eq!(reason(verifier.verify(&token).await), Reason::TokenInvalid);
}

#[tokio::test]
async fn without_keys_the_token_is_not_blamed() {
    let folder = tempfile::tempdir().unwrap();
    let verifier = from_file(&folder.path().join("missing.json"), options());
    assert_eq!(reason(verifier.verify(&Signer::new("a").token("ada")).await), Reason::Unavailable);
}

#[tokio::test]
async fn keys_of_a_url_are_fetched_at_a_bounded_rate() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let signer = Signer::new("a");
    let issuer = Publisher::start(document(&[&signer])).await;
    let options = Options { jwks_url: Some(issuer.url()), refetch_interval_s: 3600, ..options() };
    let verifier = Verifier::new(&options, Arc::new(ManualClock::at(START))).unwrap();

    let calls = (0..20).map(|_| {
        let (verifier, token) = (verifier.clone(), signer.token("ada"));
        tokio::spawn(async move { verifier.verify(&token).await })
    });
    for call in futures::future::join_all(calls).await {
        call.unwrap().unwrap();
    }
    assert_eq!(issuer.fetches(), 1);

    // Whoever makes up key ids does not make us hammer the issuer.
    for _ in 0..20 {
        assert_eq!(reason(verifier.verify(&Signer::new("unknown").token("eve")).await), Reason::TokenInvalid);
    }
    assert_eq!(issuer.fetches(), 1);
}

#[tokio::test]
async fn keys_that_are_too_old_are_fetched_again() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let signer = Signer::new("a");
    let issuer = Publisher::start(document(&[&signer])).await;
    let options = Options { jwks_url: Some(issuer.url()), keys_max_age_s: 0, ..options() };
    let verifier = Verifier::new(&options, Arc::new(ManualClock::at(START))).unwrap();
    let token = signer.token("ada");
    verifier.verify(&token).await.unwrap();

    *issuer.document.lock() = document(&[&Signer::new("b")]);
    let forgotten = async {
        while verifier.verify(&token).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    crate::world::soon(forgotten).await;
}

#[tokio::test]
async fn a_set_up_that_would_let_others_in_is_refused() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let clock = || Arc::new(ManualClock::at(START));
    let url = |url: &str| Options { jwks_url: Some(url.to_owned()), ..options() };
    for wrong in [
        options(),
        Options { issuer: String::new(), ..url("https://id.example/jwks") },
        Options { audience: String::new(), ..url("https://id.example/jwks") },
        Options { jwks_file: Some("x".into()), ..url("https://id.example/jwks") },
        url("http://id.example/jwks"),
        url("not a url"),
    ] {
        assert!(Verifier::new(&wrong, clock()).is_err(), "{wrong:?}");
    }
    assert!(Verifier::new(&url("https://id.example/jwks"), clock()).is_ok());
}

/// An issuer's web server.
struct Publisher {
    address: SocketAddr,
    document: Arc<Mutex<Vec<u8>>>,
    fetches: Arc<AtomicUsize>,
}

impl Publisher {
    async fn start(document: Vec<u8>) -> Self {
        let listener = loop {
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, next_port()));
            if let Ok(listener) = tokio::net::TcpListener::bind(address).await {
                break listener;
            }
        };
        let address = listener.local_addr().unwrap();
        let (document, fetches) = (Arc::new(Mutex::new(document)), Arc::new(AtomicUsize::new(0)));
        let (served, counted) = (Arc::clone(&document), Arc::clone(&fetches));
        let answer = move || {
            counted.fetch_add(1, Ordering::SeqCst);
            let document = served.lock().clone();
            async move { document }
        };
        let routes = axum::Router::new().route("/jwks", axum::routing::get(answer));
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Self { address, document, fetches }
    }

    fn url(&self) -> String {
        format!("http://{}/jwks", self.address)
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}
