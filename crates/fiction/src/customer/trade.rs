//! What kinds of customers there are.

use crate::dice::Dice;

/// What a customer is to the operator, which is also how large it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trade {
    /// Large account with several companies.
    Group,
    /// Large account of one company with many sites.
    Large,
    /// Mobile fleet of a small or medium enterprise.
    Fleet,
    /// Mobile and fixed.
    Mixed,
    /// Fixed services only.
    Fixed,
}

/// Doublings of the size of the largest account.
const LARGE_DOUBLINGS: u32 = 8;
const SMALL_DOUBLINGS: u32 = 4;

impl Trade {
    /// The first customers are one of each, so that also the smallest operator shows everything.
    pub(crate) fn of(customer: u64, dice: &mut Dice) -> Self {
        match customer {
            0 => return Self::Group,
            1 => return Self::Fleet,
            2 => return Self::Fixed,
            3 => return Self::Mixed,
            4 => return Self::Large,
            _ => {}
        }
        match dice.below(1_000) {
            0..8 => Self::Group,
            8..16 => Self::Large,
            16..560 => Self::Fleet,
            560..720 => Self::Mixed,
            _ => Self::Fixed,
        }
    }

    pub(crate) const fn is_large(self) -> bool {
        matches!(self, Self::Group | Self::Large)
    }

    /// Of the account at the top; those below have the same.
    pub(crate) const fn segments(self) -> &'static [&'static str] {
        match self {
            Self::Group | Self::Large => &["LARGE_ACCOUNT"],
            Self::Fleet => &["SME_FLEET"],
            Self::Mixed => &["SME_FLEET", "BUSINESS_FIXED"],
            Self::Fixed => &["BUSINESS_FIXED"],
        }
    }

    /// Companies of the `customer`th customer.
    pub(crate) fn companies(self, customer: u64, dice: &mut Dice) -> u64 {
        match self {
            Self::Group if customer == 0 => 2,
            Self::Group => dice.between(2, 9),
            _ => 1,
        }
    }

    /// Sites of one of its companies.
    pub(crate) fn sites(self, customer: u64, dice: &mut Dice) -> u64 {
        match self {
            Self::Group | Self::Large if customer < 5 => 2,
            Self::Group => dice.between(1, 8),
            Self::Large => dice.between(3, 30),
            Self::Fleet => dice.between(0, 4).saturating_sub(2),
            Self::Mixed => dice.between(0, 3),
            Self::Fixed => dice.between(1, 3),
        }
    }

    /// How many people an account has, to the others': most have 3 to 10, and of those that have more, each doubling has
    /// half as many.
    pub(crate) fn weight(self, dice: &mut Dice) -> u64 {
        let (often, scale, doublings) =
            if self.is_large() { (30, 32, LARGE_DOUBLINGS) } else { (3, 16, SMALL_DOUBLINGS) };
        if !dice.percent(often) {
            return dice.between(3, 10);
        }
        let least = scale << dice.heads(doublings);
        least + dice.below(least)
    }
}
