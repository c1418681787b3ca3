//! Where in the French Republic: the zones whose public holidays differ.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A zone with public holidays of its own.
///
/// Saint-Pierre-et-Miquelon keeps those of metropolitan France. Territories with a labour law of their own (New
/// Caledonia, French Polynesia, Wallis and Futuna) have none here: a contract there names a further version of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Zone {
    /// Metropolitan France, without Alsace and Moselle.
    Metropole,
    /// Bas-Rhin, Haut-Rhin and Moselle.
    AlsaceMoselle,
    /// Martinique.
    Martinique,
    /// Guadeloupe.
    Guadeloupe,
    /// French Guiana.
    Guyane,
    /// Réunion.
    Reunion,
    /// Mayotte.
    Mayotte,
    /// Saint-Barthélemy.
    SaintBarthelemy,
    /// Saint-Martin.
    SaintMartin,
}

impl Zone {
    /// Every zone.
    pub const ALL: [Self; 9] = [
        Self::Metropole,
        Self::AlsaceMoselle,
        Self::Martinique,
        Self::Guadeloupe,
        Self::Guyane,
        Self::Reunion,
        Self::Mayotte,
        Self::SaintBarthelemy,
        Self::SaintMartin,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Metropole => "metropole",
            Self::AlsaceMoselle => "alsace-moselle",
            Self::Martinique => "martinique",
            Self::Guadeloupe => "guadeloupe",
            Self::Guyane => "guyane",
            Self::Reunion => "reunion",
            Self::Mayotte => "mayotte",
            Self::SaintBarthelemy => "saint-barthelemy",
            Self::SaintMartin => "saint-martin",
        }
    }

    /// The zone of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|zone| zone.as_str() == name)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A calendar as events store it: a zone at a version, which never changes what it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarRef {
    /// Where.
    pub zone: Zone,
    /// Which version of its rules; 1 is built in.
    #[schemars(range(min = 1))]
    pub version: u32,
}

impl CalendarRef {
    /// The version of `zone` that is built in.
    pub const fn built_in(zone: Zone) -> Self {
        Self { zone, version: 1 }
    }
}

impl fmt::Display for CalendarRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} version {}", self.zone, self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_on_the_wire() {
        for zone in Zone::ALL {
            assert_eq!(serde_json::to_string(&zone).unwrap(), format!("\"{zone}\""));
            assert_eq!(Zone::named(zone.as_str()), Some(zone));
        }
        assert_eq!(Zone::named("Metropole"), None);
    }
}
