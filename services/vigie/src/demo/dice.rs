//! Chance that falls the same way at every first start.

/// A sequence under a seed (splitmix64).
#[derive(Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From 0 to `sides - 1`; 0 for no sides.
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        let sides = u64::try_from(sides).unwrap_or(u64::MAX);
        mixed.checked_rem(sides).and_then(|face| usize::try_from(face).ok()).unwrap_or(0)
    }

    /// One of `choices`; `None` of none.
    pub(super) fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.roll(choices.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_falls_the_same_way_and_every_side_comes_up() {
        let throw = |seed| {
            let mut dice = Dice::new(seed);
            (0..200).map(|_| dice.roll(6)).collect::<Vec<_>>()
        };
        assert_eq!(throw(1), throw(1));
        assert_ne!(throw(1), throw(2));
        assert_eq!(throw(1).into_iter().collect::<std::collections::BTreeSet<_>>().len(), 6);
        assert_eq!(Dice::new(1).pick::<u8>(&[]), None);
    }
}
