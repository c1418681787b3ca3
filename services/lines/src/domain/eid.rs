//! The identity of an eSIM's chip.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::digits::{all_digits, hidden_in_debug};
use super::identifiers::Error;

/// Identity of the chip (eUICC) that eSIM profiles are put on: 32 digits (GSMA SGP.29). Several lines may have a profile
/// on one chip.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Eid(String);

hidden_in_debug!(Eid);

impl Eid {
    /// Takes 32 digits that begin with 89 (telecommunications) and, read as one number, leave 1 when divided by 97
    /// (ISO/IEC 7064, MOD 97-10).
    ///
    /// # Errors
    /// For anything else.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let shaped = text.len() == 32 && all_digits(text) && text.starts_with("89");
        let rest = || text.bytes().fold(0_u32, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
        if shaped && rest() == 1 { Ok(Self(text.to_owned())) } else { Err(Error::Eid) }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "890330234262000000000057850817";

    #[test]
    fn an_eid_ends_with_its_two_check_digits() {
        let good: Vec<_> =
            (0..100).filter(|check| Eid::parse(&format!("{BODY}{check:02}")).is_ok()).collect();
        assert!(good.len() <= 2 && !good.is_empty(), "{good:?}");
        let number: u128 = format!("{BODY}{:02}", good[0]).parse().unwrap();
        assert_eq!(number % 97, 1);
    }

    #[test]
    fn what_is_none_is_refused() {
        let good =
            (0..100).map(|check| format!("{BODY}{check:02}")).find(|eid| Eid::parse(eid).is_ok()).unwrap();
        assert_eq!(Eid::parse(&good).unwrap().as_str(), good);
        let swapped = good.replacen("8903", "8930", 1);
        for wrong in ["", &good[1..], &format!("{good}0"), &swapped, &good.replacen("89", "88", 1)] {
            assert_eq!(Eid::parse(wrong), Err(Error::Eid), "{wrong:?}");
        }
    }
}
