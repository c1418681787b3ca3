//! The languages that notices are written in.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A language that texts exist in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// ISO 639-1.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The language of that code.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.as_str() == code)
    }

    /// The language that somebody is written to in who is served in `name`: its code or its name in English. Where there
    /// are no texts in it, English; `None` where nothing is said.
    pub fn for_speaker_of(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "" | "unspecified" => None,
            "fr" | "french" => Some(Self::Fr),
            _ => Some(Self::En),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_speaks_what_we_do_not_write_is_written_to_in_english() {
        assert_eq!(Language::for_speaker_of("FRENCH"), Some(Language::Fr));
        assert_eq!(Language::for_speaker_of("fr"), Some(Language::Fr));
        assert_eq!(Language::for_speaker_of("GERMAN"), Some(Language::En));
        assert_eq!(Language::for_speaker_of(""), None);
    }
}
