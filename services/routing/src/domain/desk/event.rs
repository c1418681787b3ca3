//! What happened to a desk, as published. Names and fields are a contract: a change only adds, or is a new version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::snapshot::Snapshot;
use crate::domain::ExternalIdentifier;

/// Something that happened to a desk, with all that a consumer needs to understand it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which.
    pub desk_id: Uuid,
    /// Keys in other systems.
    pub external_identifiers: Vec<ExternalIdentifier>,
    /// What happened.
    pub fact: Fact,
    /// The desk after it.
    pub desk: Snapshot,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// A team was taken in.
    DeskRegistered(DeskRegistered),
    /// What is known of it was replaced.
    DeskChanged(DeskChanged),
    /// The team ended.
    DeskClosed(DeskClosed),
}

/// See [`Fact::DeskRegistered`]; the desk is in the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeskRegistered {
    /// Who registered it.
    pub actor: String,
}

/// See [`Fact::DeskChanged`]; what is known now is in the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeskChanged {
    /// Who changed it.
    pub actor: String,
    /// Keys in other systems that it had before and has no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_external_identifiers: Vec<ExternalIdentifier>,
    /// Where contacts overflowed to before, where that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_overflow_desk_id: Option<Uuid>,
}

/// See [`Fact::DeskClosed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeskClosed {
    /// Who ended it.
    pub actor: String,
    /// When it ended.
    pub closed_at: Timestamp,
}

impl Event {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        self.fact.name()
    }
}

impl Fact {
    /// Stable public name with version.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::DeskRegistered(_) => name::DESK_REGISTERED,
            Self::DeskChanged(_) => name::DESK_CHANGED,
            Self::DeskClosed(_) => name::DESK_CLOSED,
        }
    }
}

/// Stable public names with version.
pub mod name {
    /// See [`super::Fact::DeskRegistered`].
    pub const DESK_REGISTERED: &str = "vigie.desk.desk_registered.v1";
    /// See [`super::Fact::DeskChanged`].
    pub const DESK_CHANGED: &str = "vigie.desk.desk_changed.v1";
    /// See [`super::Fact::DeskClosed`].
    pub const DESK_CLOSED: &str = "vigie.desk.desk_closed.v1";
}
