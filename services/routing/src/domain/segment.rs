//! What a customer is to the operator.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a customer is to the operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Segment {
    /// Large account (*grand compte*), promise 5.1.1.
    LargeAccount,
    /// Fleet of mobile lines of a small or medium enterprise, promise 5.1.2.
    SmeFleet,
    /// Business customer of fixed services, promise 5.1.2.
    BusinessFixed,
}

impl Segment {
    /// Every segment.
    pub const ALL: [Self; 3] = [Self::LargeAccount, Self::SmeFleet, Self::BusinessFixed];

    const fn bit(self) -> u8 {
        1 << (self as u8)
    }
}

/// The segments of an account: none (those of the account above), LARGE_ACCOUNT alone, or one or both of the others. A
/// large account counts in 5.1.1 only, so it is nothing else beside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Vec<Segment>", into = "Vec<Segment>")]
#[schemars(with = "Vec<Segment>")]
pub struct Segments(u8);

/// A large account is nothing else beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("LARGE_ACCOUNT stands alone: a large account counts in no other segment")]
pub struct NotAlone;

impl Segments {
    /// Those of the account above.
    pub const NONE: Self = Self(0);

    /// These; one that comes twice counts once.
    ///
    /// # Errors
    /// [`NotAlone`].
    pub fn of(segments: &[Segment]) -> Result<Self, NotAlone> {
        Self::from_bits(segments.iter().fold(0, |bits, segment| bits | i64::from(segment.bit())))
            .ok_or(NotAlone)
    }

    /// Whether `segment` is among them.
    pub const fn has(self, segment: Segment) -> bool {
        self.0 & segment.bit() != 0
    }

    /// Whether those of the account above hold.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In the order of the enum.
    pub fn iter(self) -> impl Iterator<Item = Segment> {
        Segment::ALL.into_iter().filter(move |segment| self.has(*segment))
    }

    /// As a number, for a column: bit 0 LARGE_ACCOUNT, 1 SME_FLEET, 2 BUSINESS_FIXED.
    pub fn bits(self) -> i64 {
        i64::from(self.0)
    }

    /// Back from [`bits`](Self::bits); `None` for what is no set of segments.
    pub fn from_bits(bits: i64) -> Option<Self> {
        const LARGE: u8 = Segment::LargeAccount.bit();
        match u8::try_from(bits) {
            Ok(bits) if bits < 1 << Segment::ALL.len() && (bits & LARGE == 0 || bits == LARGE) => {
                Some(Self(bits))
            }
            _ => None,
        }
    }
}

impl TryFrom<Vec<Segment>> for Segments {
    type Error = NotAlone;

    fn try_from(segments: Vec<Segment>) -> Result<Self, NotAlone> {
        Self::of(&segments)
    }
}

impl From<Segments> for Vec<Segment> {
    fn from(segments: Segments) -> Self {
        segments.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_account_stands_alone_and_the_others_may_be_together() {
        let both = Segments::of(&[Segment::BusinessFixed, Segment::SmeFleet]).unwrap();
        assert_eq!(both.iter().collect::<Vec<_>>(), [Segment::SmeFleet, Segment::BusinessFixed]);
        assert!(Segments::of(&[Segment::LargeAccount, Segment::LargeAccount]).is_ok());
        assert_eq!(Segments::of(&[Segment::LargeAccount, Segment::SmeFleet]), Err(NotAlone));
        assert!(serde_json::from_str::<Segments>(r#"["LARGE_ACCOUNT","SME_FLEET"]"#).is_err());
        assert_eq!(serde_json::to_string(&both).unwrap(), r#"["SME_FLEET","BUSINESS_FIXED"]"#);
    }

    #[test]
    fn bits_lead_back() {
        for bits in -1..=16 {
            let set = Segments::from_bits(bits);
            assert_eq!(set.is_some(), [0, 1, 2, 4, 6].contains(&bits), "{bits}");
            assert!(set.is_none_or(|set| set.bits() == bits));
        }
    }
}
