//! The identity of a handset.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::digits::{all_digits, hidden_in_debug, luhn_sum, with_luhn_digit};
use super::identifiers::Error;

/// Identity of a handset (3GPP TS 23.003, clause 6.2): type allocation code, serial number, check digit.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Imei(String);

hidden_in_debug!(Imei);

/// Digits without check digit.
const BODY_DIGITS: usize = 14;

impl Imei {
    /// Takes what a box, a handset or a network says: 15 digits of which the last checks; 14, as the network signals them,
    /// which get their check digit; 16 (IMEISV), whose last two are the software's version and go.
    ///
    /// # Errors
    /// For anything else, and for zeros only: a broken handset says that of itself, and blocking it would block all such.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if !all_digits(text) {
            return Err(Error::Imei);
        }
        let checks = || luhn_sum(text).is_multiple_of(10);
        let body = match text.len() {
            14 | 16 => text.get(..BODY_DIGITS),
            15 if checks() => text.get(..BODY_DIGITS),
            _ => None,
        };
        let body = body.filter(|body| body.bytes().any(|digit| digit != b'0')).ok_or(Error::Imei)?;
        Ok(Self(with_luhn_digit(body)))
    }

    /// The 15 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 4 + 9 + 0 + 1 + 5 + 4 + 2 + 0 + 3 + 2 + 3 + 7 + 5 + 1, every second doubled, makes 52; so 8 checks.
    const BODY: &str = "49015420323751";

    #[test]
    fn box_network_and_handset_name_the_same_handset() {
        let printed = Imei::parse("490154203237518").unwrap();
        assert_eq!(printed.as_str(), "490154203237518");
        assert_eq!(Imei::parse(BODY).unwrap(), printed, "as the network signals it");
        for version in ["00", "42", "99"] {
            assert_eq!(Imei::parse(&format!("{BODY}{version}")).unwrap(), printed, "IMEISV {version}");
        }
    }

    #[test]
    fn a_mistyped_imei_is_refused() {
        for last in "012345679".chars() {
            assert_eq!(Imei::parse(&format!("{BODY}{last}")), Err(Error::Imei), "{last}");
        }
        for wrong in
            ["", "4901542032375", "49015420323751800", "49-015420-323751-8", "49015420323751x", "٤٩٠١٥٤٢"]
        {
            assert_eq!(Imei::parse(wrong), Err(Error::Imei), "{wrong:?}");
        }
        for zeros in ["00000000000000", "000000000000000", "0000000000000000"] {
            assert_eq!(Imei::parse(zeros), Err(Error::Imei), "of a broken handset");
        }
    }

    #[test]
    fn two_neighbours_swapped_are_noticed() {
        assert_eq!(Imei::parse("940154203237518"), Err(Error::Imei));
        assert_eq!(Imei::parse("490145203237518"), Err(Error::Imei));
    }

    #[test]
    fn debug_shows_no_digit() {
        let shown = format!("{:?}", Imei::parse(BODY).unwrap());
        assert!(!shown.contains(|c: char| c.is_ascii_digit()), "{shown}");
    }
}
