//! What is told of a team's presence, as published. Names and fields are a contract: a change only adds, or is a new
//! version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

/// Something that is told of a team's presence, with all that a consumer needs to understand it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The team's day.
    pub attendance_id: Uuid,
    /// What is told.
    pub fact: Fact,
    /// The day after it.
    pub attendance: Snapshot,
}

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// Somebody was there.
    DeskStaffed(DeskStaffed),
}

/// See [`Fact::DeskStaffed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeskStaffed {
    /// System that tells it.
    pub origin: String,
    /// The fact's key there.
    pub fact_id: String,
    /// From when.
    pub from: Timestamp,
    /// Until when, exclusive.
    pub until: Timestamp,
}

/// A team's day after an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// The team.
    pub desk_id: Uuid,
    /// When somebody was there: in order, disjoint. The last one may reach into the next day.
    pub staffed: Vec<Span>,
}

/// From an instant until another, which is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant after it.
    pub until: Timestamp,
}

impl Event {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        match self.fact {
            Fact::DeskStaffed(_) => name::DESK_STAFFED,
        }
    }
}

/// Stable public names with version.
pub mod name {
    /// See [`super::Fact::DeskStaffed`].
    pub const DESK_STAFFED: &str = "vigie.attendance.desk_staffed.v1";
}
