//! What became of a promise.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Timestamp;

/// How a promise stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Standing {
    /// Not done yet, and in time so far.
    Running,
    /// Done before the deadline.
    Kept,
    /// Not done before the deadline.
    Late,
}

/// What became of one promise at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Judgement {
    /// How it stands.
    pub standing: Standing,
    /// The first instant at which it is broken; none while the customer keeps the clock stopped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// How much of the term's time has run, up to the outcome if there is one.
    #[serde(with = "jiff::fmt::serde::unsigned_duration::required")]
    #[schemars(with = "String", extend("format" = "duration"))]
    pub elapsed: Duration,
}

/// First promise, latest promise and outcome: all are kept, whatever was promised since (shared rule "Deadline").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// Of the first promise.
    pub first: Judgement,
    /// Of the latest promise; the first one when there is no other.
    pub latest: Judgement,
    /// When it was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
}
