//! What somebody is told of.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

/// What a notice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CauseKind {
    /// A line is barred, as the register was read back.
    LineBarred,
    /// A line is in service again, as the register was read back.
    LineReinstated,
    /// An act on a line is accepted, and the register has not confirmed it in time.
    LinePending,
    /// Loss or theft was lifted: a second contact is told.
    ReinstatementAsked,
    /// An account has an account manager (interlocuteur commercial), or another one.
    ManagerAssigned,
    /// An account has no account manager from then on.
    ManagerAssignmentEnded,
    /// Somebody covers for the account manager.
    ManagerCoverBegan,
    /// The account manager is back.
    ManagerCoverEnded,
    /// A number, address, tariff or opening hours change.
    ContactPointChanged,
    /// A number or address ends.
    ContactPointRetired,
}

impl CauseKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::LineBarred,
        Self::LineReinstated,
        Self::LinePending,
        Self::ReinstatementAsked,
        Self::ManagerAssigned,
        Self::ManagerAssignmentEnded,
        Self::ManagerCoverBegan,
        Self::ManagerCoverEnded,
        Self::ContactPointChanged,
        Self::ContactPointRetired,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::LineBarred => "LINE_BARRED",
            Self::LineReinstated => "LINE_REINSTATED",
            Self::LinePending => "LINE_PENDING",
            Self::ReinstatementAsked => "REINSTATEMENT_ASKED",
            Self::ManagerAssigned => "MANAGER_ASSIGNED",
            Self::ManagerAssignmentEnded => "MANAGER_ASSIGNMENT_ENDED",
            Self::ManagerCoverBegan => "MANAGER_COVER_BEGAN",
            Self::ManagerCoverEnded => "MANAGER_COVER_ENDED",
            Self::ContactPointChanged => "CONTACT_POINT_CHANGED",
            Self::ContactPointRetired => "CONTACT_POINT_RETIRED",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether it is about a line, whose user is told as well.
    pub const fn is_about_a_line(self) -> bool {
        matches!(self, Self::LineBarred | Self::LineReinstated | Self::LinePending | Self::ReinstatementAsked)
    }
}

/// Where in the customer's organisation a line is: decides who may see what was told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LinePlace {
    /// The line.
    pub line_id: Uuid,
    /// Site (SIRET).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Cost centre.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_centre: Option<String>,
}

/// The event that somebody is told of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// What it means.
    pub kind: CauseKind,
    /// The log that holds it: `lines`.
    pub log: String,
    /// The event.
    pub event_id: Uuid,
    /// When it was recorded.
    pub at: Timestamp,
    /// The customer; nil for what concerns many.
    pub account_id: Uuid,
    /// The line, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LinePlace>,
    /// Whether LOSS or THEFT is behind it (promise 9.3).
    #[serde(default)]
    pub security: bool,
    /// What exactly changed, where `routing` keeps a record of who was told of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

/// What changed, by the id that `routing` gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Change {
    /// An account's named contact is somebody else (promise 2.1).
    Manager {
        /// The assignment, or the cover.
        change_id: Uuid,
    },
    /// A contact point has another version (promise 3.1).
    ContactPoint {
        /// Which.
        contact_point_id: Uuid,
        /// The version that customers are told of, from 1.
        point_version: u32,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_name_everywhere() {
        for kind in CauseKind::ALL {
            assert_eq!(CauseKind::parse(kind.as_str()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
