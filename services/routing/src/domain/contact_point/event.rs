//! What happened to a contact point, as published. Names and fields are a contract: a change only adds, or is a new version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::snapshot::{Snapshot, Version};

/// Something that happened to a contact point, with all that a consumer needs to understand it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Which.
    pub contact_point_id: Uuid,
    /// What happened.
    pub fact: Fact,
    /// The contact point after it.
    pub contact_point: Snapshot,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// A version was published; it may be valid only later.
    VersionPublished(VersionPublished),
    /// Customers are to be told of a change before it takes effect.
    ChangeNoticeDue(ChangeNoticeDue),
    /// A version became valid.
    VersionTookEffect(VersionTookEffect),
    /// The contact point is to end.
    RetirementRecorded(RetirementRecorded),
    /// The contact point has ended, and no version follows at once.
    ContactPointEnded(ContactPointEnded),
}

/// See [`Fact::VersionPublished`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VersionPublished {
    /// Who published it.
    pub actor: String,
    /// The version.
    pub version: Version,
    /// The version before it, with the end that it has now; absent for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Version>,
}

/// See [`Fact::ChangeNoticeDue`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChangeNoticeDue {
    /// What customers know.
    pub before: Version,
    /// What they are to know; absent when the contact point ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Version>,
    /// When it takes effect: they are to be told before.
    pub takes_effect_at: Timestamp,
}

/// See [`Fact::VersionTookEffect`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VersionTookEffect {
    /// The version that is valid now.
    pub version: Version,
    /// The version before it; absent for the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<Version>,
}

/// See [`Fact::RetirementRecorded`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RetirementRecorded {
    /// Who recorded it.
    pub actor: String,
    /// The last version, with its end.
    pub version: Version,
}

/// See [`Fact::ContactPointEnded`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactPointEnded {
    /// The version that was the last.
    pub version: Version,
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
            Self::VersionPublished(_) => name::VERSION_PUBLISHED,
            Self::ChangeNoticeDue(_) => name::CHANGE_NOTICE_DUE,
            Self::VersionTookEffect(_) => name::VERSION_TOOK_EFFECT,
            Self::RetirementRecorded(_) => name::RETIREMENT_RECORDED,
            Self::ContactPointEnded(_) => name::CONTACT_POINT_ENDED,
        }
    }
}

/// Stable public names with version.
pub mod name {
    /// See [`super::Fact::VersionPublished`].
    pub const VERSION_PUBLISHED: &str = "vigie.contact_point.version_published.v1";
    /// See [`super::Fact::ChangeNoticeDue`].
    pub const CHANGE_NOTICE_DUE: &str = "vigie.contact_point.change_notice_due.v1";
    /// See [`super::Fact::VersionTookEffect`].
    pub const VERSION_TOOK_EFFECT: &str = "vigie.contact_point.version_took_effect.v1";
    /// See [`super::Fact::RetirementRecorded`].
    pub const RETIREMENT_RECORDED: &str = "vigie.contact_point.retirement_recorded.v1";
    /// See [`super::Fact::ContactPointEnded`].
    pub const CONTACT_POINT_ENDED: &str = "vigie.contact_point.contact_point_ended.v1";
}
