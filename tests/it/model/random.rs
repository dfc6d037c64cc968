//! Chance that can be repeated: the same seed draws the same run on every machine.

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
#[derive(Debug, Clone)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A sequence of its own, for one of several that run side by side.
    pub(super) fn split(&mut self) -> Self {
        Self(self.next())
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// From `low` up to, but without, `high`.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low).expect("a range that is not empty");
        low + i64::try_from(self.next() % width).expect("a width that is an i64's")
    }

    /// True so many times of a hundred.
    pub(super) fn percent(&mut self, chance: i64) -> bool {
        self.between(0, 100) < chance
    }

    /// One of them; `None` where there is none.
    pub(super) fn one<T: Clone>(&mut self, of: &[T]) -> Option<T> {
        let count = i64::try_from(of.len()).expect("a short list");
        if count == 0 { None } else { of.get(usize::try_from(self.between(0, count)).ok()?).cloned() }
    }

    /// One of them, each as often as its weight says.
    pub(super) fn weighted<T: Copy>(&mut self, of: &[(i64, T)]) -> T {
        let mut draw = self.between(0, of.iter().map(|(weight, _)| weight).sum());
        for (weight, choice) in of {
            if draw < *weight {
                return *choice;
            }
            draw -= weight;
        }
        unreachable!("a draw is below the sum of the weights")
    }
}
