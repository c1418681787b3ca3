//! The words that a decision is made in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::set::{Member, Set};
use crate::domain::contact_point::Channel;
use crate::domain::desk::Purpose;
use crate::domain::person::PersonRole;
use crate::domain::{CountryCode, Language, Segment};

/// Writes how an enum of a neighbour, which has eight values at most, fits into a [`Set`].
macro_rules! member {
    ($($name:ty),*) => {$(
        impl Member for $name {
            const ALL: &'static [Self] = &Self::ALL;

            fn place(self) -> u8 {
                self as u8
            }
        }
    )*};
}
member!(Segment, Language, PersonRole, Purpose);

/// Writes an enum that fits into a [`Set`] from its table.
macro_rules! members {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl Member for $name {
            const ALL: &'static [Self] = &[$(Self::$variant,)*];

            fn place(self) -> u8 {
                self as u8
            }
        }
    };
}

members! {
    /// A skill that a decision asks for. Teams may hold others; no contact asks for those.
    Skill {
        /// `large-account`
        LargeAccount,
        /// `sme-fleet`
        SmeFleet,
        /// `business-fixed`
        BusinessFixed,
        /// `technical`
        Technical,
        /// `international`
        International,
        /// `loss-theft`
        LossTheft,
    }
}

members! {
    /// Which family of services a contact is about.
    Family {
        /// Mobile.
        Mobile,
        /// Fixed.
        Fixed,
    }
}

impl Skill {
    /// The skill of that code, if a decision ever asks for it.
    pub fn named(code: &str) -> Option<Self> {
        match code {
            "large-account" => Some(Self::LargeAccount),
            "sme-fleet" => Some(Self::SmeFleet),
            "business-fixed" => Some(Self::BusinessFixed),
            "technical" => Some(Self::Technical),
            "international" => Some(Self::International),
            "loss-theft" => Some(Self::LossTheft),
            _ => None,
        }
    }
}

impl Skill {
    /// The code that teams and people hold it by.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LargeAccount => "large-account",
            Self::SmeFleet => "sme-fleet",
            Self::BusinessFixed => "business-fixed",
            Self::Technical => "technical",
            Self::International => "international",
            Self::LossTheft => "loss-theft",
        }
    }
}

impl Set<PersonRole> {
    /// Whether one of them speaks for the account, and not for the own line only.
    pub fn speak_for_the_account(self) -> bool {
        self.meets(MANAGERS.into_iter().collect())
    }
}

const MANAGERS: [PersonRole; 4] = [
    PersonRole::FleetManager,
    PersonRole::ItManager,
    PersonRole::ContractManager,
    PersonRole::AccountAdministrator,
];

/// Whether somebody must be there at once. Mail, post and what is written on the extranet wait for the opening by
/// themselves: closing hours say nothing about them.
pub(super) const fn is_live(channel: Channel) -> bool {
    matches!(channel, Channel::Phone | Channel::Chat)
}

/// What a contact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Subject {
    /// A contract, an offer, an order.
    Commercial,
    /// A bill, an address, a user, an option.
    Administrative,
    /// Something does not work.
    Technical,
    /// A phone is lost or stolen: never waits for opening hours.
    LossOrTheft,
    /// A project or a stay abroad.
    International,
}

/// A number in E.164, its digits as one: `+33612345678` is 33612345678. Fifteen digits fit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number(u64);

impl Number {
    /// Takes `+` and 7 to 15 digits of which the first is not 0.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        let valid = (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|byte| byte.is_ascii_digit());
        if valid { digits.parse().ok().map(Self) } else { None }
    }

    /// The digits as one.
    pub const fn digits(self) -> u64 {
        self.0
    }
}

/// A number names a person: a log line never shows one.
impl std::fmt::Debug for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Number(hidden)")
    }
}

/// A région: its INSEE code, `84`, as a number. All codes are digits, and no two differ by leading zeros only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Region(u16);

impl Region {
    /// The région of that code.
    pub fn parse(code: &str) -> Option<Self> {
        let valid = (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
        if valid { code.parse().ok().map(Self) } else { None }
    }

    /// The code as a number.
    pub const fn code(self) -> u16 {
        self.0
    }
}

/// Overseas territories in the French numbering plan: a call from there reaches the numbers of metropolitan France as any
/// call does. The territories of the Pacific, and Saint-Pierre-et-Miquelon, have country codes and plans of their own.
const IN_THE_FRENCH_PLAN: [&str; 8] = ["FR", "GP", "MQ", "GF", "RE", "YT", "BL", "MF"];

/// Whether a call from there needs a number that can be called from abroad.
pub(super) fn is_abroad(country: CountryCode) -> bool {
    !IN_THE_FRENCH_PLAN.contains(&country.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_e164_and_nothing_else() {
        assert_eq!(Number::parse("+33612345678").map(Number::digits), Some(33_612_345_678));
        assert_eq!(Number::parse("+999999999999999").map(Number::digits), Some(999_999_999_999_999));
        for bad in
            ["", "+", "33612345678", "+0612345678", "+123456", "+1234567890123456", "+336 12345678", "3900"]
        {
            assert_eq!(Number::parse(bad), None, "{bad}");
        }
        assert!(!format!("{:?}", Number::parse("+33612345678")).contains("336"));
    }

    #[test]
    fn overseas_is_not_abroad_unless_its_numbers_are() {
        for near in ["FR", "RE", "GP", "MQ", "GF", "YT", "MF", "BL"] {
            assert!(!is_abroad(CountryCode::parse(near).unwrap()), "{near}");
        }
        for far in ["DE", "NC", "PF", "PM"] {
            assert!(is_abroad(CountryCode::parse(far).unwrap()), "{far}");
        }
    }

    #[test]
    fn regions_are_two_or_three_digits() {
        assert_eq!(Region::parse("04").map(Region::code), Some(4));
        assert_eq!(Region::parse("975").map(Region::code), Some(975));
        for bad in ["", "4", "2A", "9999"] {
            assert_eq!(Region::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_those_with_a_managers_role_speak_for_the_account() {
        assert!(!Set::only(PersonRole::EndUser).speak_for_the_account());
        for role in MANAGERS {
            assert!(Set::only(PersonRole::EndUser).with(role).speak_for_the_account(), "{role:?}");
        }
    }
}
