//! A handful of values of an enum in one byte: a million people keep their roles in a megabyte.

use std::fmt;
use std::marker::PhantomData;

/// What can be in a [`Set`]: at most eight values.
pub trait Member: Copy + 'static {
    /// All values, each at its place.
    const ALL: &'static [Self];

    /// The place, below 8.
    fn place(self) -> u8;
}

/// Some of at most eight values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Set<T> {
    bits: u8,
    of: PhantomData<T>,
}

impl<T: Member> Set<T> {
    /// Nothing.
    pub const EMPTY: Self = Self { bits: 0, of: PhantomData };

    /// One value.
    pub fn only(member: T) -> Self {
        Self { bits: 1 << member.place(), of: PhantomData }
    }

    /// The same and `member`.
    #[must_use]
    pub fn with(self, member: T) -> Self {
        self.union(Self::only(member))
    }

    /// What is in either.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self { bits: self.bits | other.bits, of: PhantomData }
    }

    /// What is in both.
    #[must_use]
    pub const fn both(self, other: Self) -> Self {
        Self { bits: self.bits & other.bits, of: PhantomData }
    }

    /// Whether `member` is in it.
    pub fn has(self, member: T) -> bool {
        self.meets(Self::only(member))
    }

    /// Whether they share a value.
    pub const fn meets(self, other: Self) -> bool {
        self.bits & other.bits != 0
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.bits == 0
    }

    /// How many are in it.
    pub const fn count(self) -> u32 {
        self.bits.count_ones()
    }

    /// The values, in their order.
    pub fn iter(self) -> impl Iterator<Item = T> {
        T::ALL.iter().copied().filter(move |member| self.has(*member))
    }

    /// As one byte: the same values, the same byte.
    pub const fn bits(self) -> u8 {
        self.bits
    }
}

impl<T: Member> Default for Set<T> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<T: Member> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(members: I) -> Self {
        members.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl<T: Member + fmt::Debug> fmt::Debug for Set<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Segment;

    #[test]
    fn holds_what_was_put_in_and_nothing_else() {
        let both: Set<Segment> = [Segment::SmeFleet, Segment::BusinessFixed].into_iter().collect();
        assert!(both.has(Segment::SmeFleet) && !both.has(Segment::LargeAccount));
        assert_eq!(both.iter().collect::<Vec<_>>(), [Segment::SmeFleet, Segment::BusinessFixed]);
        assert_eq!(both.both(Set::only(Segment::SmeFleet)).count(), 1);
        assert!(Set::<Segment>::EMPTY.is_empty() && !both.meets(Set::EMPTY));
    }
}
