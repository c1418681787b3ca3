//! Development tokens: what the embedded default issues for itself, on loopback only.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::jwk::{Jwk, JwkSet, PublicKeyUse, ThumbprintHash};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use vigie_clock::{Clock, Timestamp};

use super::claims::STEP_UP;
use super::{Error, Role, RoleSet, Scope};
use crate::keyfile;

/// The name (`iss`) of every development issuer.
pub(super) const ISSUER: &str = "urn:vigie:development";

/// The key's file in the data folder.
const KEY_FILE: &str = "development.key";

/// What stands before the 32 bytes of an Ed25519 key in PKCS #8 (RFC 8410, section 7).
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Makes tokens with a key of its own (Ed25519). Whoever reads the data folder can be anybody, so a server takes such
/// tokens on loopback only.
pub struct Issuer {
    key: EncodingKey,
    key_id: String,
    jwks: String,
    clock: Arc<dyn Clock>,
}

/// What a development token is to say.
#[derive(Clone, Debug)]
pub struct Grant {
    /// User id (`sub`).
    pub subject: String,
    /// Roles.
    pub roles: RoleSet,
    /// Scope; none is all for staff and nothing for customers.
    pub scopes: Vec<Scope>,
    /// Whether it says that the person stepped up just now.
    pub step_up: bool,
    /// How long it holds.
    pub ttl: Duration,
    /// Whom it is made for (`aud`).
    pub audience: String,
}

impl Grant {
    /// For an hour, for audience `vigie`, without scope or step-up.
    pub fn new(subject: &str, roles: &[Role]) -> Self {
        Self {
            subject: subject.to_owned(),
            roles: RoleSet::of(roles),
            scopes: Vec::new(),
            step_up: false,
            ttl: Duration::from_secs(3600),
            audience: "vigie".to_owned(),
        }
    }

    /// Adds a scope.
    #[must_use]
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scopes.push(scope);
        self
    }

    /// With step-up, from now.
    #[must_use]
    pub fn with_step_up(mut self) -> Self {
        self.step_up = true;
        self
    }

    /// Holds for `ttl`.
    #[must_use]
    pub fn ttl(mut self, ttl: Duration) -> Self {
        self.ttl = ttl;
        self
    }
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: &'a str,
    iat: i64,
    exp: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'a str>,
    vigie_roles: Vec<&'a str>,
    vigie_scope: &'a [Scope],
}

impl Issuer {
    /// The issuer of the data folder `folder`; its key is made there at the first start.
    pub fn open(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let path = folder.join(KEY_FILE);
        let seed = keyfile::open_or_create(&path).map_err(|source| Error::DevelopmentKey { path, source })?;
        let key = EncodingKey::from_ed_der(&[PKCS8_PREFIX.as_slice(), &seed].concat());
        let mut jwk = Jwk::from_encoding_key(&key, Algorithm::EdDSA)?;
        let key_id = jwk.thumbprint(ThumbprintHash::SHA256)?;
        jwk.common.key_id = Some(key_id.clone());
        jwk.common.public_key_use = Some(PublicKeyUse::Signature);
        let jwks = serde_json::to_string(&JwkSet { keys: vec![jwk] })?;
        Ok(Self { key, key_id, jwks, clock })
    }

    /// A token that says `grant`, from now.
    pub fn mint(&self, grant: &Grant) -> Result<String, Error> {
        let now = self.clock.now();
        let claims = Claims {
            iss: ISSUER,
            aud: &grant.audience,
            sub: &grant.subject,
            iat: seconds(now),
            exp: seconds(now.plus(grant.ttl)),
            auth_time: seconds(now),
            acr: grant.step_up.then_some(STEP_UP),
            vigie_roles: grant.roles.iter().map(Role::as_str).collect(),
            vigie_scope: &grant.scopes,
        };
        let header = Header { kid: Some(self.key_id.clone()), ..Header::new(Algorithm::EdDSA) };
        Ok(jsonwebtoken::encode(&header, &claims, &self.key)?)
    }

    /// The public key, as a JWKS.
    pub fn jwks(&self) -> &str {
        &self.jwks
    }
}

fn seconds(instant: Timestamp) -> i64 {
    instant.as_micros().div_euclid(1_000_000)
}
