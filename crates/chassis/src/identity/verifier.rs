//! Turns a bearer token into a caller.

use std::sync::Arc;
use std::time::Duration;

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Validation, decode, decode_header};
use vigie_clock::Clock;

use super::cache::{Cache, fingerprint};
use super::claims::{Claims, NotNow, Verified};
use super::keys::Key;
use super::source::{Fetched, Source};
use super::{Caller, Error, Options, dev};
use crate::error::{Error as Refusal, Reason};

/// Bytes that a token may have.
const TOKEN_MAX_BYTES: usize = 16 * 1024;

/// Verifies tokens of one issuer. Cheap to clone: one set of keys, one memory of tokens.
#[derive(Clone)]
pub struct Verifier(Arc<Parts>);

struct Parts {
    source: Source,
    cache: Cache,
    clock: Arc<dyn Clock>,
    issuer: String,
    audience: String,
    leeway: Duration,
    development: bool,
}

impl Verifier {
    /// A verifier for the issuer that is configured. Its keys are fetched when the first token comes.
    pub fn new(options: &Options, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        if options.issuer.is_empty() {
            return Err(Error::NotSet("issuer"));
        }
        let source = Source::configured(options)?;
        Self::with(source, &options.issuer, options, clock, false)
    }

    /// A verifier for one's own development tokens; the server binds it to loopback only.
    pub fn development(
        issuer: &dev::Issuer,
        options: &Options,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, Error> {
        let source = Source::fixed(issuer.jwks().as_bytes(), options)?;
        Self::with(source, dev::ISSUER, options, clock, true)
    }

    fn with(
        source: Source,
        issuer: &str,
        options: &Options,
        clock: Arc<dyn Clock>,
        development: bool,
    ) -> Result<Self, Error> {
        if options.audience.is_empty() {
            return Err(Error::NotSet("audience"));
        }
        Ok(Self(Arc::new(Parts {
            source,
            cache: Cache::new(options.tokens_cached_max),
            clock,
            issuer: issuer.to_owned(),
            audience: options.audience.clone(),
            leeway: options.leeway(),
            development,
        })))
    }

    /// Whether anybody who reads the data folder can make tokens for it.
    pub fn is_development(&self) -> bool {
        self.0.development
    }

    /// The caller that `token` (without "Bearer ") stands for now.
    ///
    /// Errors: TOKEN_EXPIRED, WRONG_AUDIENCE, TOKEN_INVALID for anything else that is wrong with it, UNAVAILABLE while
    /// the issuer's keys cannot be had.
    pub async fn verify(&self, token: &str) -> Result<Caller, Refusal> {
        if token.len() > TOKEN_MAX_BYTES {
            return Err(invalid());
        }
        if self.0.source.is_stale() {
            // The keys at hand do meanwhile: no call waits for this.
            let verifier = self.clone();
            tokio::spawn(async move { verifier.refetch().await });
        }
        let fingerprint = fingerprint(token);
        if let Some(verified) = self.0.cache.get(&fingerprint) {
            let caller = self.at_present(&verified);
            if caller.is_err() {
                self.0.cache.remove(&fingerprint);
            }
            return caller;
        }
        let began = self.0.cache.era();
        let verified = Arc::new(self.check(token).await?);
        let caller = self.at_present(&verified)?;
        self.0.cache.put(fingerprint, verified, began);
        Ok(caller)
    }

    fn at_present(&self, verified: &Verified) -> Result<Caller, Refusal> {
        verified.caller(self.0.clock.now(), self.0.leeway).map_err(|why| match why {
            NotNow::Expired => Refusal::new(Reason::TokenExpired, "the token has expired; get a new one"),
            NotNow::NotYet => Refusal::new(Reason::TokenInvalid, "the token is not valid yet"),
        })
    }

    /// Signature, issuer and audience.
    async fn check(&self, token: &str) -> Result<Verified, Refusal> {
        let header = decode_header(token).map_err(|_| invalid())?;
        let key = self.key(header.kid.as_deref()).await?;

        let mut validation = Validation::new(key.algorithm);
        validation.set_issuer(&[&self.0.issuer]);
        validation.set_audience(&[&self.0.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // Times are looked at by our clock, at every request.
        validation.validate_exp = false;
        validation.validate_nbf = false;

        match decode::<Claims>(token, &key.verifier, &validation) {
            Ok(decoded) => Ok(Verified::new(decoded.claims)),
            Err(error) if matches!(error.kind(), ErrorKind::InvalidAudience) => {
                Err(Refusal::new(Reason::WrongAudience, "the token was made for another service"))
            }
            Err(_) => Err(invalid()),
        }
    }

    /// The key that a token names, fetched anew if it is not known.
    async fn key(&self, id: Option<&str>) -> Result<Key, Refusal> {
        if let Some(key) = self.0.source.keys().find(id) {
            return Ok(key.clone());
        }
        // On its own: a caller that gives up must not break off what the others wait for.
        let verifier = self.clone();
        let fetched = tokio::spawn(async move { verifier.refetch().await }).await;
        let keys = self.0.source.keys();
        match keys.find(id) {
            Some(key) => Ok(key.clone()),
            // Without any key nothing says that the token is wrong.
            None if keys.len() == 0 || !matches!(fetched, Ok(Ok(()))) => {
                Err(Refusal::new(Reason::Unavailable, "the issuer's keys cannot be had now; try again"))
            }
            None => Err(invalid()),
        }
    }

    async fn refetch(&self) -> Result<(), ()> {
        match self.0.source.refetch().await {
            Ok(Fetched::Changed) => self.0.cache.clear(),
            Ok(Fetched::Same) => {}
            Err(why) => {
                tracing::warn!(%why, "issuer keys cannot be fetched");
                return Err(());
            }
        }
        Ok(())
    }
}

/// One text for everything that is wrong with a token: the difference helps nobody who has a right one.
fn invalid() -> Refusal {
    Refusal::new(Reason::TokenInvalid, "the token is not valid; get a new one")
}
