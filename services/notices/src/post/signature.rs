//! What webhooks are signed with.
//!
//! No secret is stored: each is derived from the service's key and the endpoint's id, and shown once to whoever registers
//! the endpoint. The receiver computes HMAC-SHA256 over `<t>.<body>` with the secret's text as key, compares it with `v1`,
//! and refuses what is older than five minutes: so nobody can say anything in our name, nor say it again.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;
use vigie_clock::Timestamp;

/// Keeps the secrets apart from any other use of the same key.
const PURPOSE: &[u8] = b"vigie.webhook.v1";

/// The service's own key, from which each endpoint's secret is derived. Replicas share it.
#[derive(Clone)]
pub struct SigningKey(Hmac<Sha256>);

/// An endpoint's secret.
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointSecret(String);

impl SigningKey {
    /// From 32 random bytes.
    pub fn new(key: &[u8; 32]) -> Self {
        // A key of any length is taken: it does not fail.
        let mac = Hmac::new_from_slice(key);
        Self(mac.unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default())))
    }

    /// The secret of an endpoint: the same for ever.
    pub fn secret_of(&self, webhook_id: Uuid) -> EndpointSecret {
        let mut mac = self.0.clone();
        mac.update(PURPOSE);
        mac.update(webhook_id.as_bytes());
        EndpointSecret(format!("whs_{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())))
    }
}

impl EndpointSecret {
    /// The text, for the one answer that shows it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The value of the header `vigie-signature` for a body that is sent at `at`.
    pub fn sign(&self, at: Timestamp, body: &[u8]) -> String {
        let seconds = at.as_micros().div_euclid(1_000_000);
        let mac = Hmac::<Sha256>::new_from_slice(self.0.as_bytes());
        let mut mac = mac.unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
        mac.update(seconds.to_string().as_bytes());
        mac.update(b".");
        mac.update(body);
        format!("t={seconds},v1={}", hex::encode(mac.finalize().into_bytes()))
    }
}

impl fmt::Debug for EndpointSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_endpoint_has_a_secret_of_its_own_for_ever() {
        let (key, other) = (SigningKey::new(&[7; 32]), SigningKey::new(&[8; 32]));
        let secret = key.secret_of(Uuid::from_u128(1));
        assert_eq!(secret, key.secret_of(Uuid::from_u128(1)));
        assert_ne!(secret, key.secret_of(Uuid::from_u128(2)));
        assert_ne!(secret, other.secret_of(Uuid::from_u128(1)));
        assert_eq!(format!("{secret:?}"), "[secret]");
    }

    #[test]
    fn a_signature_is_of_one_body_at_one_instant() {
        let secret = SigningKey::new(&[7; 32]).secret_of(Uuid::from_u128(1));
        let at = Timestamp::from_micros(1_795_325_246_000_120);
        let signature = secret.sign(at, b"{}");
        assert!(signature.starts_with("t=1795325246,v1="), "{signature}");
        assert_ne!(signature, secret.sign(at, b"{ }"));
        assert_ne!(signature, secret.sign(Timestamp::from_micros(0), b"{}"));
    }
}
