//! Verified tokens, remembered: else signatures eat the command rate.

use std::num::NonZeroUsize;
use std::sync::Arc;

use lru::LruCache;
use parking_lot::Mutex;
use sha2::{Digest, Sha256};

use super::claims::Verified;

/// Stands for a token; the token itself is not kept in memory.
pub(super) type Fingerprint = [u8; 32];

pub(super) fn fingerprint(token: &str) -> Fingerprint {
    Sha256::digest(token.as_bytes()).into()
}

/// A bounded memory of tokens whose signature holds.
pub(super) struct Cache(Mutex<Memory>);

struct Memory {
    tokens: LruCache<Fingerprint, Arc<Verified>>,
    era: Era,
}

/// The time between two changes of keys: what was verified in one does not count in the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Era(u64);

impl Cache {
    pub(super) fn new(tokens_max: usize) -> Self {
        let tokens = LruCache::new(NonZeroUsize::new(tokens_max).unwrap_or(NonZeroUsize::MIN));
        Self(Mutex::new(Memory { tokens, era: Era(0) }))
    }

    pub(super) fn get(&self, token: &Fingerprint) -> Option<Arc<Verified>> {
        self.0.lock().tokens.get(token).cloned()
    }

    pub(super) fn era(&self) -> Era {
        self.0.lock().era
    }

    /// Remembers a token, unless the keys have changed since verifying it began.
    pub(super) fn put(&self, token: Fingerprint, verified: Arc<Verified>, began: Era) {
        let mut memory = self.0.lock();
        if memory.era == began {
            memory.tokens.put(token, verified);
        }
    }

    pub(super) fn remove(&self, token: &Fingerprint) {
        self.0.lock().tokens.pop(token);
    }

    /// Forgets all: a key that they were verified with may be gone.
    pub(super) fn clear(&self) {
        let mut memory = self.0.lock();
        memory.tokens.clear();
        memory.era = Era(memory.era.0.wrapping_add(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verified() -> Arc<Verified> {
        Arc::new(Verified::new(serde_json::from_str(r#"{"sub":"u","exp":1}"#).unwrap()))
    }

    #[test]
    fn a_token_verified_with_a_key_that_went_meanwhile_is_not_remembered() {
        let (cache, token) = (Cache::new(8), fingerprint("token"));
        let began = cache.era();
        cache.clear();
        cache.put(token, verified(), began);
        assert!(cache.get(&token).is_none());
        cache.put(token, verified(), cache.era());
        assert!(cache.get(&token).is_some());
    }

    #[test]
    fn the_token_not_seen_for_longest_goes_first() {
        let cache = Cache::new(2);
        for name in ["a", "b", "c"] {
            cache.put(fingerprint(name), verified(), cache.era());
        }
        assert!(cache.get(&fingerprint("a")).is_none() && cache.get(&fingerprint("c")).is_some());
    }
}
