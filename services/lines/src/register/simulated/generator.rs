//! Numbers that look random and are the same at every run (splitmix64).

#[derive(Debug)]
pub(super) struct Generator(u64);

impl Generator {
    /// The `stream`th sequence under `seed`.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mut generator = Self(seed ^ stream.wrapping_mul(0xD1B5_4A32_D192_ED03));
        generator.next();
        generator
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        let span = high.saturating_sub(low).saturating_add(1);
        low + self.next() % span
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_stays_in_bounds_and_differs_by_stream() {
        let draw = |seed, stream| -> Vec<u64> {
            let mut generator = Generator::new(seed, stream);
            (0..100).map(|_| generator.between(10, 5000)).collect()
        };
        assert_eq!(draw(1, 1), draw(1, 1));
        assert_ne!(draw(1, 1), draw(1, 2));
        assert_ne!(draw(1, 1), draw(2, 1));
        assert!(draw(1, 1).iter().all(|number| (10..=5000).contains(number)));
        assert_eq!(Generator::new(1, 1).between(7, 7), 7);
        assert_eq!(
            Generator::new(1, 1).between(7, 3),
            7,
            "a maximum below the minimum counts as the minimum"
        );
    }
}
