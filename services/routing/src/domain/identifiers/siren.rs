//! Numbers of the French register of companies and their sites (*répertoire SIRENE*).

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Error;
use super::digits::{are_digits, luhn_sum, values};

/// Digits of a SIREN, which are the first of a SIRET.
const SIREN_DIGITS: usize = 9;
const SIRET_DIGITS: usize = 14;

/// The company with more sites than the check digit of its SIRETs has room for, the post office. Its head office checks like
/// any other, the digits of the others add up to a multiple of 5.
const MANY_SITES: &str = "356000000";

/// Number of a company: 9 digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Siren(String);

/// Number of a company's site: 14 digits, of which the first 9 are the company's.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Siret(String);

impl Siren {
    /// Takes 9 digits that pass the Luhn check.
    ///
    /// # Errors
    /// [`Error::Siren`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let valid =
            are_digits(text, SIREN_DIGITS) && text != "000000000" && luhn_sum(text).is_multiple_of(10);
        if valid { Ok(Self(text.to_owned())) } else { Err(Error::Siren) }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Siret {
    /// Takes 14 digits that begin with a SIREN and pass the check of sites.
    ///
    /// # Errors
    /// [`Error::Siret`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        if !are_digits(text, SIRET_DIGITS) {
            return Err(Error::Siret);
        }
        let siren = text.get(..SIREN_DIGITS).unwrap_or_default();
        let checks = luhn_sum(text).is_multiple_of(10)
            || (siren == MANY_SITES && values(text).sum::<u32>().is_multiple_of(5));
        if checks && Siren::parse(siren).is_ok() { Ok(Self(text.to_owned())) } else { Err(Error::Siret) }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the site belongs to the company.
    pub fn is_of(&self, company: &Siren) -> bool {
        self.0.starts_with(company.as_str())
    }
}

impl fmt::Display for Siren {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Siret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_siren_ends_with_its_check_digit() {
        assert_eq!(Siren::parse("732829320").unwrap().as_str(), "732829320");
        for last in 1..=9 {
            assert_eq!(Siren::parse(&format!("73282932{last}")), Err(Error::Siren));
        }
        for bad in
            ["", "73282932", "7328293200", "73282932O", "７３２８２９３２０", "732 829 320", "000000000"]
        {
            assert_eq!(Siren::parse(bad), Err(Error::Siren), "{bad:?}");
        }
    }

    #[test]
    fn a_siret_checks_and_begins_with_a_siren() {
        let site = Siret::parse("73282932000074").unwrap();
        assert!(site.is_of(&Siren::parse("732829320").unwrap()));
        assert!(!site.is_of(&Siren::parse("356000000").unwrap()));
        for bad in ["73282932000075", "7328293200007", "732829320000740", "", "73282932100073"] {
            assert_eq!(Siret::parse(bad), Err(Error::Siret), "{bad:?}");
        }
    }

    #[test]
    fn the_company_with_many_sites_counts_by_five() {
        // The head office passes both checks; the digits of 35600000049837 add up to 45, those of the next to 46.
        for good in ["35600000000048", "35600000049837"] {
            assert!(Siret::parse(good).is_ok(), "{good}");
        }
        assert_eq!(Siret::parse("35600000049838"), Err(Error::Siret));
        // No other company may.
        assert_eq!(Siret::parse("73282932000010"), Err(Error::Siret));
    }
}
