//! Levels of the customer's hierarchy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Level of an account: group > company > site. Each hangs below the one before it, so that a cycle cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    /// Several companies.
    Group,
    /// A legal entity, known by its SIREN.
    Company,
    /// An establishment of a company, known by its SIRET.
    Site,
}

impl Level {
    /// Every level, from the top.
    pub const ALL: [Self; 3] = [Self::Group, Self::Company, Self::Site];

    /// The level that this one hangs below.
    pub const fn above(self) -> Option<Self> {
        match self {
            Self::Group => None,
            Self::Company => Some(Self::Group),
            Self::Site => Some(Self::Company),
        }
    }

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Group => "GROUP",
            Self::Company => "COMPANY",
            Self::Site => "SITE",
        }
    }

    /// The level of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }
}
