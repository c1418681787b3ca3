//! What a text is filled in with.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_clock::{Personal, Timestamp};

/// By name, as the texts have it.
pub type Parameters = BTreeMap<String, Parameter>;

/// A value that a text is filled in with.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", content = "value", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Parameter {
    /// A stable word, which each language has its own for: `THEFT`.
    Code(String),
    /// A text that is the same in every language.
    Text(String),
    /// An instant, which each language writes its own way.
    Instant(Timestamp),
    /// A text that names or locates a person.
    Personal(Personal<String>),
}

impl fmt::Debug for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(f, "Code({code})"),
            Self::Text(_) => f.write_str("Text"),
            Self::Instant(at) => write!(f, "Instant({at})"),
            Self::Personal(personal) => personal.fmt(f),
        }
    }
}
