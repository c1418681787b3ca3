//! The keys of an issuer (JWKS, RFC 7517), each fixed to one algorithm.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;

/// Keys of one issuer that we look at.
const KEYS_MAX: usize = 64;

/// Bytes of an RSA modulus of 2048 bits, the least that is still safe.
const RSA_MODULUS_MIN_BYTES: usize = 256;

/// Bytes of an Ed25519 key and of a P-256 coordinate.
const CURVE_BYTES: usize = 32;

/// A key and the only algorithm that it verifies: what a token's header says does not choose.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) verifier: DecodingKey,
}

/// The usable keys of a JWKS by key id.
#[derive(Default)]
pub(super) struct Keys {
    by_id: HashMap<String, Key>,
    /// The one key without an id, if there is exactly one key.
    only: Option<Key>,
    /// The document they came from: a change of it is a change of keys.
    document: Vec<u8>,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<serde_json::Value>,
}

impl Keys {
    /// Reads a JWKS. Keys of other kinds or for other uses are passed over.
    pub(super) fn parse(document: &[u8]) -> Result<Self, serde_json::Error> {
        let jwks: Document = serde_json::from_slice(document)?;
        let keys: Vec<(Option<String>, Key)> = jwks
            .keys
            .into_iter()
            .take(KEYS_MAX)
            .filter_map(|value| serde_json::from_value::<Jwk>(value).ok())
            .filter_map(|jwk| Some((jwk.common.key_id.clone(), usable(&jwk)?)))
            .collect();
        let only = match keys.as_slice() {
            [(_, key)] => Some(key.clone()),
            _ => None,
        };
        let by_id = keys.into_iter().filter_map(|(id, key)| Some((id?, key))).collect();
        Ok(Self { by_id, only, document: document.to_vec() })
    }

    /// The key that a token names; a token without key id takes the only one there is.
    pub(super) fn find(&self, id: Option<&str>) -> Option<&Key> {
        match id {
            Some(id) => self.by_id.get(id),
            None => self.only.as_ref(),
        }
    }

    pub(super) fn is_of(&self, document: &[u8]) -> bool {
        self.document == document
    }

    pub(super) fn len(&self) -> usize {
        self.by_id.len().max(usize::from(self.only.is_some()))
    }
}

fn usable(jwk: &Jwk) -> Option<Key> {
    if jwk.common.public_key_use.as_ref().is_some_and(|purpose| *purpose != PublicKeyUse::Signature) {
        return None;
    }
    let algorithm = match &jwk.algorithm {
        AlgorithmParameters::RSA(key) if bytes(&key.n) >= Some(RSA_MODULUS_MIN_BYTES) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(key)
            if key.curve == EllipticCurve::P256
                && bytes(&key.x) == Some(CURVE_BYTES)
                && bytes(&key.y) == Some(CURVE_BYTES) =>
        {
            Algorithm::ES256
        }
        // The verifier cuts the key to its length: one that is too short must not get there.
        AlgorithmParameters::OctetKeyPair(key)
            if key.curve == EllipticCurve::Ed25519 && bytes(&key.x) == Some(CURVE_BYTES) =>
        {
            Algorithm::EdDSA
        }
        _ => return None,
    };
    if jwk.common.key_algorithm.is_some_and(|declared| declared != KeyAlgorithm::from(algorithm)) {
        return None;
    }
    DecodingKey::from_jwk(jwk).ok().map(|verifier| Key { algorithm, verifier })
}

fn bytes(base64: &str) -> Option<usize> {
    URL_SAFE_NO_PAD.decode(base64).ok().map(|bytes| bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str =
        r#"{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;

    fn keys(list: &str) -> Keys {
        Keys::parse(format!(r#"{{"keys":[{list}]}}"#).as_bytes()).unwrap()
    }

    #[test]
    fn a_key_verifies_one_algorithm() {
        let keys = keys(ED25519);
        assert_eq!(keys.find(Some("a")).unwrap().algorithm, Algorithm::EdDSA);
        assert!(keys.find(Some("b")).is_none());
        assert!(keys.find(None).is_some(), "the only key needs no name");
    }

    #[test]
    fn without_a_name_two_keys_are_none() {
        assert!(keys(&format!("{ED25519},{}", ED25519.replace(r#""a""#, r#""b""#))).find(None).is_none());
    }

    #[test]
    fn secret_short_encrypting_and_unknown_keys_are_passed_over() {
        for key in [
            r#"{"kty":"oct","kid":"a","k":"c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}"#,
            r#"{"kty":"OKP","crv":"Ed25519","kid":"a","x":"AAAA"}"#,
            r#"{"kty":"RSA","kid":"a","n":"AQAB","e":"AQAB"}"#,
            r#"{"kty":"PQC","kid":"a","z":"AQAB"}"#,
            &ED25519.replace(r#""kid""#, r#""use":"enc","kid""#),
            &ED25519.replace(r#""kid""#, r#""alg":"RS256","kid""#),
        ] {
            assert!(keys(key).find(Some("a")).is_none(), "{key}");
            assert_eq!(keys(key).len(), 0, "{key}");
        }
    }

    #[test]
    fn one_bad_key_does_not_spoil_the_others() {
        assert!(keys(&format!(r#"{{"kty":7}},{ED25519}"#)).find(Some("a")).is_some());
    }
}
