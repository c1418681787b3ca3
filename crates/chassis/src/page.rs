//! Pages (AIP-158): signed keyset tokens, bound to the query that they continue.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;

use crate::error::{Error as Refusal, Reason};
use crate::keyfile;

/// Characters that a token may have; ours stay far below.
const TOKEN_MAX_CHARS: usize = 2048;

/// Bytes of an HMAC-SHA256.
const TAG_BYTES: usize = 32;

/// Keeps this signature apart from any other use of the same key.
const PURPOSE: &[u8] = b"vigie.page.v1";

/// A signer that cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A short key can be guessed.
    #[error("a page key needs at least 32 bytes, this one has {0}")]
    ShortKey(usize),
    /// The key's file cannot be used.
    #[error("page key")]
    KeyFile(#[from] std::io::Error),
}

/// Signs where a page ended and checks it when the next one is asked for.
///
/// Replicas that serve the same query share the key. A token is no secret (it holds the last key of the page, which
/// its reader has seen) and no right: authorisation is decided anew for every page.
#[derive(Clone)]
pub struct Signer(Hmac<Sha256>);

impl Signer {
    /// A signer with a key of at least 32 bytes.
    pub fn new(key: &[u8]) -> Result<Self, Error> {
        if key.len() < keyfile::KEY_BYTES {
            return Err(Error::ShortKey(key.len()));
        }
        Hmac::new_from_slice(key).map(Self).map_err(|_| Error::ShortKey(key.len()))
    }

    /// A signer whose key is kept at `path`, made at the first start and readable by its owner only.
    pub fn open_or_create(path: &Path) -> Result<Self, Error> {
        Self::new(&keyfile::open_or_create(path)?)
    }

    /// The token for the page after `key`. `query` is whatever must not change between pages: the method, the
    /// filters, the caller.
    pub fn issue(&self, query: &impl Serialize, key: &impl Serialize) -> Result<String, Refusal> {
        let key = encode(key)?;
        let mut token = self.tag(query, &key)?.to_vec();
        token.extend_from_slice(&key);
        let token = URL_SAFE_NO_PAD.encode(token);
        if token.len() > TOKEN_MAX_CHARS {
            return Err(Refusal::internal(&"a page key is too long for a token"));
        }
        Ok(token)
    }

    /// Where the page starts: `None`, the beginning, for an empty token. BAD_PAGE_TOKEN for one that we did not issue
    /// for this query.
    pub fn open<K: DeserializeOwned>(
        &self,
        query: &impl Serialize,
        token: &str,
    ) -> Result<Option<K>, Refusal> {
        if token.is_empty() {
            return Ok(None);
        }
        if token.len() > TOKEN_MAX_CHARS {
            return Err(bad_token());
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| bad_token())?;
        let (tag, key) = bytes.split_at_checked(TAG_BYTES).ok_or_else(bad_token)?;
        self.mac(query, key)?.verify_slice(tag).map_err(|_| bad_token())?;
        serde_json::from_slice(key).map(Some).map_err(|_| bad_token())
    }

    fn tag(&self, query: &impl Serialize, key: &[u8]) -> Result<[u8; TAG_BYTES], Refusal> {
        Ok(self.mac(query, key)?.finalize().into_bytes().into())
    }

    fn mac(&self, query: &impl Serialize, key: &[u8]) -> Result<Hmac<Sha256>, Refusal> {
        let query = encode(query)?;
        let mut mac = self.0.clone();
        mac.update(PURPOSE);
        // The length keeps the end of the query from being read as the beginning of the key.
        mac.update(&(query.len() as u64).to_be_bytes());
        mac.update(&query);
        mac.update(key);
        Ok(mac)
    }
}

/// How many entries to send: `default` for 0, never more than `max`; a negative number is refused (AIP-158).
pub fn size(requested: i32, default: u32, max: u32) -> Result<u32, Refusal> {
    match u32::try_from(requested) {
        Ok(0) => Ok(default.min(max)),
        Ok(size) => Ok(size.min(max)),
        Err(_) => Err(Refusal::new(Reason::InvalidArgument, "page_size is negative")
            .field("page_size", "must not be negative")),
    }
}

fn encode(value: &impl Serialize) -> Result<Vec<u8>, Refusal> {
    serde_json::to_vec(value).map_err(|error| Refusal::internal(&error))
}

fn bad_token() -> Refusal {
    let message = "page_token is not one that this query gave; start again without one";
    Refusal::new(Reason::BadPageToken, message).field("page_token", "not of this query")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signer() -> Signer {
        Signer::new(&[7; 32]).unwrap()
    }

    fn refused<T: std::fmt::Debug>(opened: Result<T, Refusal>) -> bool {
        opened.unwrap_err().reason() == Reason::BadPageToken
    }

    #[test]
    fn a_token_leads_back_to_where_the_page_ended() {
        let query = ("ListLines", "account-1");
        let token = signer().issue(&query, &(41_u64, "x")).unwrap();
        assert_eq!(signer().open::<(u64, String)>(&query, &token).unwrap(), Some((41, "x".to_owned())));
        assert_eq!(signer().open::<(u64, String)>(&query, "").unwrap(), None);
    }

    #[test]
    fn a_token_of_another_query_or_key_is_refused() {
        let token = signer().issue(&("ListLines", "account-1"), &41_u64).unwrap();
        assert!(refused(signer().open::<u64>(&("ListLines", "account-2"), &token)));
        let other = Signer::new(&[8; 32]).unwrap();
        assert!(refused(other.open::<u64>(&("ListLines", "account-1"), &token)));
    }

    #[test]
    fn any_changed_character_is_refused() {
        let token = signer().issue(&"q", &41_u64).unwrap();
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(refused(signer().open::<u64>(&"q", &changed)), "{at}");
        }
    }

    #[test]
    fn garbage_is_refused() {
        for token in ["x", "....", "AAAA", &"A".repeat(10_000)] {
            assert!(refused(signer().open::<u64>(&"q", token)));
        }
    }

    #[test]
    fn a_short_key_is_refused() {
        assert!(matches!(Signer::new(&[1; 31]), Err(Error::ShortKey(31))));
    }

    #[test]
    fn page_sizes_are_bounded() {
        assert_eq!(size(0, 50, 500).unwrap(), 50);
        assert_eq!(size(7, 50, 500).unwrap(), 7);
        assert_eq!(size(100_000, 50, 500).unwrap(), 500);
        assert_eq!(size(-1, 50, 500).unwrap_err().reason(), Reason::InvalidArgument);
    }
}
