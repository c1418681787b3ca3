//! A contact point as its events show it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Hours, Timestamp};

use super::reach::Reach;
use crate::domain::Segment;

/// One version of a contact point, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    /// Counts from 1.
    pub point_version: u32,
    /// What customers find there.
    #[serde(flatten)]
    pub content: Content,
    /// From when it is valid.
    pub valid_from: Timestamp,
    /// Until when, exclusive; absent for an open end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
}

/// What a version says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Content {
    /// The desk that it leads to.
    pub desk_id: Uuid,
    /// By which channel, and where.
    #[serde(flatten)]
    pub reach: Reach,
    /// Whom it is for; empty for everybody its desk serves.
    pub segments: Vec<Segment>,
    /// Whether it is for the mobile end users of businesses.
    pub for_end_users: bool,
    /// Announced hours; absent for those of its desk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced_hours: Option<Hours>,
}

/// When a version is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Period {
    /// Which version.
    pub point_version: u32,
    /// From when.
    pub valid_from: Timestamp,
    /// Until when, exclusive; absent for an open end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
}

/// A contact point after an event: which of its versions are valid when. The versions that an event is about it shows whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// Versions whose end is not yet on record as come, in order.
    pub versions: Vec<Period>,
}
