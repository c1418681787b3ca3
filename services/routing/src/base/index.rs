//! From a key to the number of a record. The key is not stored: it is in the record.

use std::hash::{BuildHasher, Hash, RandomState};

use hashbrown::HashTable;

/// Tables of one index. A table that grows is hashed anew while readers wait: one of 64 for a sixty-fourth of the time.
const SHARDS: usize = 64;

/// Numbers by key, four bytes each and one for the table.
///
/// Hashes are keyed anew in every process, so that no choice of ids or numbers makes look-ups slow; nothing that the index
/// answers depends on them.
#[derive(Debug)]
pub(super) struct Index {
    shards: Vec<HashTable<u32>>,
    hasher: RandomState,
}

impl Index {
    pub(super) fn new() -> Self {
        Self { shards: (0..SHARDS).map(|_| HashTable::new()).collect(), hasher: RandomState::new() }
    }

    /// The number whose record `is_it`.
    pub(super) fn find<K: Hash>(&self, key: &K, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let hash = self.hasher.hash_one(key);
        self.shards.get(shard_of(hash))?.find(hash, |number| is_it(*number)).copied()
    }

    /// Files `number` under `key`. `key_of` gives the key of each number that is there.
    pub(super) fn insert<K: Hash>(&mut self, key: &K, number: u32, key_of: impl Fn(u32) -> K) {
        let hash = self.hasher.hash_one(key);
        let hasher = &self.hasher;
        if let Some(shard) = self.shards.get_mut(shard_of(hash)) {
            shard.insert_unique(hash, number, |number| hasher.hash_one(key_of(*number)));
        }
    }

    /// Puts `new` in the place of the number whose record `is_it`.
    pub(super) fn replace<K: Hash>(&mut self, key: &K, is_it: impl Fn(u32) -> bool, new: u32) {
        let hash = self.hasher.hash_one(key);
        let shard = self.shards.get_mut(shard_of(hash));
        if let Some(number) = shard.and_then(|shard| shard.find_mut(hash, |number| is_it(*number))) {
            *number = new;
        }
    }

    /// Takes out the number whose record `is_it`.
    pub(super) fn remove<K: Hash>(&mut self, key: &K, is_it: impl Fn(u32) -> bool) {
        let hash = self.hasher.hash_one(key);
        if let Some(shard) = self.shards.get_mut(shard_of(hash))
            && let Ok(entry) = shard.find_entry(hash, |number| is_it(*number))
        {
            entry.remove();
        }
    }

    /// Bytes that it holds.
    pub(super) fn bytes(&self) -> usize {
        self.shards.iter().map(HashTable::allocation_size).sum()
    }
}

/// By bits that the tables themselves do not look at first: they take the lowest for the place and the highest to compare.
const fn shard_of(hash: u64) -> usize {
    (hash >> 40) as usize % SHARDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_filed_and_nothing_else() {
        let keys: Vec<u64> = (0..10_000).map(|key| key * 7).collect();
        let key_of = |number: u32| keys[number as usize];
        let mut index = Index::new();
        for (number, key) in (0..).zip(&keys) {
            index.insert(key, number, key_of);
        }
        for (number, key) in (0..).zip(&keys) {
            assert_eq!(index.find(key, |found| key_of(found) == *key), Some(number));
        }
        assert_eq!(index.find(&1_u64, |found| key_of(found) == 1), None);

        index.replace(&keys[3], |found| found == 3, 30_000);
        assert_eq!(index.find(&keys[3], |found| found == 30_000), Some(30_000));
        index.remove(&keys[4], |found| found == 4);
        assert_eq!(index.find(&keys[4], |found| found == 4), None);
        assert!(index.bytes() > 5 * 10_000);
    }
}
