//! A project as it is now, which is also how its events show it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Term, Timestamp};

use super::zone::AbroadZone;
use crate::domain::CountryCode;

/// An opened project: the fold of its events, of which the last one shows all of it. One that was not is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Project {
    /// Its id.
    pub project_id: Uuid,
    /// Whose.
    pub account_id: Uuid,
    /// What is known of it.
    pub shown: Snapshot,
}

/// What a project is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "ProjectKind")]
pub enum Kind {
    /// A new site abroad.
    NewSite,
    /// A fleet for people abroad.
    NewFleet,
    /// Any other international request.
    Request,
}

/// How a project ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schemars(rename = "ProjectOutcome")]
pub enum Outcome {
    /// Delivered.
    Delivered,
    /// The customer gave it up: without an answer by then it is excluded, and counted.
    Withdrawn,
    /// We cannot do it.
    Declined,
}

/// A project after an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// What it is.
    pub kind: Kind,
    /// Where.
    pub countries: Vec<CountryCode>,
    /// Where these lie.
    pub zones: Vec<AbroadZone>,
    /// The named referent.
    pub referent_staff_id: Uuid,
    /// When the customer asked.
    pub requested_at: Timestamp,
    /// How long the answer may take; pinned when it was opened.
    pub term: Term,
    /// When that is over, exclusive.
    pub answer_due_at: Timestamp,
    /// When it was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// The date that the answer promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_promised_for: Option<Timestamp>,
    /// The date that was promised last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised_for: Option<Timestamp>,
    /// Whether it was said that the deadline passed without an answer.
    pub answer_overdue: bool,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// How.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
}
