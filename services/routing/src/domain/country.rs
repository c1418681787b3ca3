//! Countries.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::place;

/// ISO 3166-1 alpha-2, in order, without spaces.
const ALL: &str = "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCO\
CRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIR\
ISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNO\
NPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTT\
TVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW";

/// A country: ISO 3166-1 alpha-2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// France, overseas included: where there, the postal code says.
    pub const FRANCE: Self = Self(*b"FR");

    /// Takes two capital letters that are a country's.
    ///
    /// # Errors
    /// [`place::Error::Country`].
    pub fn parse(text: &str) -> Result<Self, place::Error> {
        let code: [u8; 2] = text.as_bytes().try_into().map_err(|_| place::Error::Country)?;
        let is_known = ALL.as_bytes().chunks_exact(2).any(|known| known == code);
        if is_known { Ok(Self(code)) } else { Err(place::Error::Country) }
    }

    /// Two capital letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl TryFrom<String> for CountryCode {
    type Error = place::Error;

    fn try_from(text: String) -> Result<Self, place::Error> {
        Self::parse(&text)
    }
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> Self {
        code.as_str().to_owned()
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_capital_letters_of_a_country() {
        assert_eq!(CountryCode::parse("FR").unwrap(), CountryCode::FRANCE);
        assert_eq!(ALL.len(), 2 * 249, "the standard's 249 countries");
        assert!(ALL.as_bytes().chunks_exact(2).is_sorted());
        for good in ["DE", "GB", "SG", "MC", "AD", "ZW"] {
            assert_eq!(CountryCode::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "F", "FRA", "fr", "XX", "UK", "DA", "É"] {
            assert_eq!(CountryCode::parse(bad), Err(place::Error::Country), "{bad:?}");
        }
        assert_eq!(serde_json::to_string(&CountryCode::FRANCE).unwrap(), "\"FR\"");
        assert!(serde_json::from_str::<CountryCode>("\"XX\"").is_err());
    }
}
