//! Chance that can be repeated.

use std::ops::Range;
use std::time::Duration;

use vigie_clock::{Clock, SystemClock};

/// The seed of this run: `VIGIE_TEST_SEED`, else another one at every run. Says it, so that it can be given again.
pub fn seed(test: &str) -> u64 {
    let chosen = std::env::var("VIGIE_TEST_SEED").ok().and_then(|text| text.parse().ok());
    let seed =
        chosen.unwrap_or_else(|| u64::try_from(SystemClock.now().as_micros()).unwrap() % 1_000_000_007);
    eprintln!("{test}: VIGIE_TEST_SEED={seed}");
    seed
}

/// A generator of numbers (SplitMix64): the same seed, the same numbers.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Numbers of `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Another generator, which the rolls of this one do not move.
    pub fn another(&mut self) -> Self {
        Self(self.roll())
    }

    /// Below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(bound).unwrap()).unwrap()
    }

    /// True so many times in a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// A time in `range`, to the millisecond.
    pub fn millis(&mut self, range: Range<u64>) -> Duration {
        let span = usize::try_from(range.end - range.start).unwrap();
        Duration::from_millis(range.start + u64::try_from(self.below(span)).unwrap())
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}
