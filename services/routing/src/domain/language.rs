//! Languages that customers are served in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language that customers are served in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Language {
    /// French, that of whoever says nothing else.
    French,
    /// English.
    English,
    /// German.
    German,
    /// Spanish.
    Spanish,
    /// Italian.
    Italian,
    /// Portuguese.
    Portuguese,
    /// Dutch.
    Dutch,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 7] = [
        Self::French,
        Self::English,
        Self::German,
        Self::Spanish,
        Self::Italian,
        Self::Portuguese,
        Self::Dutch,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::French => "FRENCH",
            Self::English => "ENGLISH",
            Self::German => "GERMAN",
            Self::Spanish => "SPANISH",
            Self::Italian => "ITALIAN",
            Self::Portuguese => "PORTUGUESE",
            Self::Dutch => "DUTCH",
        }
    }

    /// The language of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.as_str() == name)
    }
}
