//! Postal addresses, in France or abroad.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::country::CountryCode;
use super::territory::Territory;

/// Why something is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Not a country.
    #[error("a country is two capital letters (ISO 3166-1 alpha-2)")]
    Country,
    /// Not a postal code of France.
    #[error("a postal code is five digits that begin with those of a département")]
    PostalCode,
    /// Not a commune of France.
    #[error("a commune is an INSEE code of five characters")]
    Commune,
    /// The postal code alone does not say the département.
    #[error("this postal code lies in two départements: give the commune's INSEE code too")]
    CommuneNeeded,
    /// Postal code and commune contradict each other.
    #[error("the commune does not lie where the postal code does")]
    CommuneElsewhere,
    /// Too many or too long lines, or none.
    #[error("an address has 1 to 4 lines of at most 38 characters, and a town")]
    Lines,
    /// A line break or another control character.
    #[error("an address holds no control characters")]
    ControlCharacter,
}

/// Street lines, and characters of each: the envelope's window (NF Z10-011).
const LINES_MAX: usize = 4;
const LINE_CHARS_MAX: usize = 38;
const TOWN_CHARS_MAX: usize = 80;
const POSTAL_CODE_CHARS_MAX: usize = 16;

/// A postal address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Address {
    /// Street lines, 1 to 4.
    pub lines: Vec<String>,
    /// Postal code; five digits in France.
    pub postal_code: String,
    /// Name of the town.
    pub town: String,
    /// Country; France for overseas territories too.
    pub country: CountryCode,
    /// INSEE code of the commune, where it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commune: Option<String>,
}

impl Address {
    /// An address that can be written on an envelope, and whose territory is known if it is in France.
    ///
    /// # Errors
    /// [`Error`].
    pub fn check(self) -> Result<Self, Error> {
        let texts = || self.lines.iter().chain([&self.town, &self.postal_code]).chain(&self.commune);
        if texts().any(|text| text.chars().any(char::is_control)) {
            return Err(Error::ControlCharacter);
        }
        let fits =
            |text: &str, chars_max: usize| !text.trim().is_empty() && text.chars().count() <= chars_max;
        let is_whole = (1..=LINES_MAX).contains(&self.lines.len())
            && self.lines.iter().all(|line| fits(line, LINE_CHARS_MAX))
            && fits(&self.town, TOWN_CHARS_MAX);
        if !is_whole {
            return Err(Error::Lines);
        }
        if self.country == CountryCode::FRANCE {
            Territory::of(&self.postal_code, self.commune.as_deref())?;
        } else if self.postal_code.chars().count() > POSTAL_CODE_CHARS_MAX {
            return Err(Error::PostalCode);
        } else if self.commune.is_some() {
            return Err(Error::Commune);
        }
        Ok(self)
    }

    /// Where it lies in France; nothing abroad.
    pub fn territory(&self) -> Option<Territory> {
        if self.country != CountryCode::FRANCE {
            return None;
        }
        Territory::of(&self.postal_code, self.commune.as_deref()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address() -> Address {
        Address {
            lines: vec!["1 rue de l'Exemple".to_owned()],
            postal_code: "75001".to_owned(),
            town: "Paris".to_owned(),
            country: CountryCode::FRANCE,
            commune: None,
        }
    }

    #[test]
    fn an_address_in_france_lies_in_a_territory_and_one_abroad_in_none() {
        assert_eq!(address().check().unwrap().territory().unwrap().region, "11");
        let abroad = Address {
            postal_code: "EC1A 1BB".to_owned(),
            country: CountryCode::parse("GB").unwrap(),
            ..address()
        };
        assert_eq!(abroad.check().unwrap().territory(), None);
    }

    #[test]
    fn what_fits_no_envelope_is_refused() {
        for (bad, why) in [
            (Address { lines: vec![], ..address() }, Error::Lines),
            (Address { lines: vec!["x".to_owned(); 5], ..address() }, Error::Lines),
            (Address { lines: vec!["x".repeat(39)], ..address() }, Error::Lines),
            (Address { lines: vec![" ".to_owned()], ..address() }, Error::Lines),
            (Address { town: String::new(), ..address() }, Error::Lines),
            (Address { lines: vec!["1 rue\nBcc: x".to_owned()], ..address() }, Error::ControlCharacter),
            (Address { postal_code: "7500".to_owned(), ..address() }, Error::PostalCode),
            (Address { postal_code: "01200".to_owned(), ..address() }, Error::CommuneNeeded),
            (Address { commune: Some("x".to_owned()), ..address() }, Error::Commune),
        ] {
            assert_eq!(bad.check(), Err(why));
        }
        assert!(Address { lines: vec!["é".repeat(38)], ..address() }.check().is_ok());
    }
}
