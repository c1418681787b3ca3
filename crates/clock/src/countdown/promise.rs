//! What was promised, and when.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Term, Timestamp};

/// What was promised of a clock. A later promise stands beside the earlier ones, never in their place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Promise {
    /// How long, reckoned from the clock's start.
    pub term: Term,
    /// When it was made.
    pub made_at: Timestamp,
    /// Why it differs from the one before: `priority P3 to P1`, `desk changed`; empty of the first.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// A case that was taken for done and was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reopening {
    /// When it was said to be done. Since then the clock has run on: it was not paused.
    pub ended_at: Timestamp,
    /// When it was said not to be.
    pub reopened_at: Timestamp,
}
