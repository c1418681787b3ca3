//! Identifiers, and the seam they come through.

use std::sync::atomic::{AtomicU64, Ordering};

use uuid::Uuid;

/// Where new identifiers come from.
pub trait Ids: Send + Sync + 'static {
    /// A new UUIDv7: time-ordered, so that indexes on it stay dense.
    fn next(&self) -> Uuid;
}

/// UUIDv7 from the machine's clock and randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemIds;

impl Ids for SystemIds {
    #[allow(clippy::disallowed_methods, reason = "the one place that makes random ids")]
    fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

/// The same ids at every run: a counter under a seed, shaped as UUIDv7.
#[derive(Debug, Default)]
pub struct SeededIds {
    seed: u64,
    issued: AtomicU64,
}

impl SeededIds {
    /// Ids that differ from those of any other seed.
    pub fn new(seed: u64) -> Self {
        Self { seed, issued: AtomicU64::new(0) }
    }
}

impl Ids for SeededIds {
    fn next(&self) -> Uuid {
        let count = self.issued.fetch_add(1, Ordering::SeqCst);
        let bytes = (u128::from(count) << 80 | u128::from(self.seed)).to_be_bytes();
        uuid::Builder::from_bytes(bytes).with_version(uuid::Version::SortRand).into_uuid()
    }
}

/// The id that `name` has under `parent` (UUIDv5): the same at every repeat.
pub fn derived_id(parent: Uuid, name: &str) -> Uuid {
    Uuid::new_v5(&parent, name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeded_ids_repeat_and_do_not_collide() {
        let (a, b, other) = (SeededIds::new(1), SeededIds::new(1), SeededIds::new(2));
        let first: Vec<_> = (0..1000).map(|_| a.next()).collect();
        assert!(first.iter().all(|id| *id == b.next()));
        let distinct: std::collections::BTreeSet<_> = first.iter().copied().collect();
        assert_eq!(distinct.len(), 1000);
        assert!(!distinct.contains(&other.next()));
        assert_eq!(first[0].get_version_num(), 7);
    }
}
