//! Chance that falls the same way every time.

/// A sequence of numbers under a seed (splitmix64): whole numbers only, so that no machine rounds otherwise.
#[derive(Clone, Debug)]
pub struct Dice(u64);

const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Dice {
    /// A sequence.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The sequence of the `number`th `what` under a seed: what befalls one thing hangs on no other.
    pub(crate) fn of(seed: u64, what: &str, number: u64) -> Self {
        let named = what.bytes().fold(seed, |named, byte| mix(named ^ u64::from(byte)));
        Self(mix(named ^ mix(number)))
    }

    /// From 0 to `sides - 1`; 0 for no sides.
    pub fn roll(&mut self, sides: usize) -> usize {
        usize::try_from(self.below(u64::try_from(sides).unwrap_or(u64::MAX))).unwrap_or(0)
    }

    /// One of `choices`; `None` of none.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> Option<&'a T> {
        choices.get(self.roll(choices.len()))
    }

    /// From 0 to `bound - 1`; 0 for a bound of 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next().checked_rem(bound).unwrap_or(0)
    }

    /// From `least` to `most`, both included.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// Whether what happens `times` in a hundred happens now.
    pub(crate) fn percent(&mut self, times: u64) -> bool {
        self.below(100) < times
    }

    /// One of `words`, of which there is at least one.
    pub(crate) fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick(words).copied().unwrap_or_default()
    }

    /// How often a coin falls heads in a row, at most `most`: each further time half as often.
    pub(crate) fn heads(&mut self, most: u32) -> u32 {
        self.next().trailing_zeros().min(most)
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        scramble(self.0)
    }
}

const fn mix(value: u64) -> u64 {
    scramble(value.wrapping_add(STEP))
}

const fn scramble(value: u64) -> u64 {
    let mut mixed = value;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_same_seed_falls_the_same_way_and_every_side_comes_up() {
        let throw = |mut dice: Dice| (0..200).map(|_| dice.roll(6)).collect::<Vec<_>>();
        assert_eq!(throw(Dice::new(1)), throw(Dice::new(1)));
        assert_ne!(throw(Dice::new(1)), throw(Dice::new(2)));
        assert_eq!(throw(Dice::new(1)).into_iter().collect::<BTreeSet<_>>().len(), 6);
        assert_eq!(Dice::new(1).pick::<u8>(&[]), None);
    }

    #[test]
    fn each_thing_has_a_sequence_of_its_own() {
        let first = |seed, what, number| Dice::of(seed, what, number).below(u64::MAX);
        let all = [first(1, "person", 1), first(1, "person", 2), first(1, "staff", 1), first(2, "person", 1)];
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), 4);
        assert_eq!(first(1, "person", 1), first(1, "person", 1));
    }

    #[test]
    fn bounds_are_kept() {
        let mut dice = Dice::new(7);
        assert!((0..500).all(|_| (3..=10).contains(&dice.between(3, 10)) && dice.heads(4) <= 4));
        assert_eq!((dice.below(0), dice.between(5, 5)), (0, 5));
    }
}
