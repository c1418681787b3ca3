//! Where a country lies, as roaming terms see it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::CountryCode;

/// Members of the European Economic Area: the Union's 27, Iceland, Liechtenstein and Norway.
const EEA: [&str; 30] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS", "IT",
    "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

/// French overseas territories by their own codes.
const OVERSEAS: [&str; 12] = ["GP", "MQ", "GF", "RE", "YT", "BL", "MF", "PM", "NC", "PF", "WF", "TF"];

/// Where a country lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AbroadZone {
    /// European Economic Area.
    Eea,
    /// Elsewhere.
    NonEea,
    /// French overseas territories.
    Overseas,
}

impl AbroadZone {
    /// Where `country` lies.
    pub fn of(country: CountryCode) -> Self {
        let code = country.as_str();
        if OVERSEAS.contains(&code) {
            Self::Overseas
        } else if EEA.contains(&code) {
            Self::Eea
        } else {
            Self::NonEea
        }
    }

    /// Where these lie, each zone once, in order.
    pub fn of_all(countries: &[CountryCode]) -> Vec<Self> {
        let mut zones: Vec<_> = countries.iter().map(|country| Self::of(*country)).collect();
        zones.sort_unstable();
        zones.dedup();
        zones
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_lie_where_roaming_terms_say() {
        let zone = |code: &str| AbroadZone::of(CountryCode::parse(code).unwrap());
        for (code, expected) in [
            ("DE", AbroadZone::Eea),
            ("NO", AbroadZone::Eea),
            ("CH", AbroadZone::NonEea),
            ("GB", AbroadZone::NonEea),
            ("RE", AbroadZone::Overseas),
            ("NC", AbroadZone::Overseas),
        ] {
            assert_eq!(zone(code), expected, "{code}");
        }
        let all = ["GB", "RE", "DE", "IT"].map(|code| CountryCode::parse(code).unwrap());
        assert_eq!(AbroadZone::of_all(&all), [AbroadZone::Eea, AbroadZone::NonEea, AbroadZone::Overseas]);
    }

    #[test]
    fn every_code_is_one() {
        for code in EEA.into_iter().chain(OVERSEAS) {
            assert!(CountryCode::parse(code).is_ok(), "{code}");
        }
    }
}
