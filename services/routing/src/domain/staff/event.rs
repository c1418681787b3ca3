//! What happened to a staff member, as published. Names and fields are a contract: a change only adds, or is a new version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::absence::Absence;
use super::snapshot::Snapshot;
use super::training::Training;
use crate::domain::{Code, ExternalIdentifier};

/// Something that happened to a staff member, with all that a consumer needs to understand it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Who.
    pub staff_id: Uuid,
    /// Keys in other systems.
    pub external_identifiers: Vec<ExternalIdentifier>,
    /// What happened.
    pub fact: Fact,
    /// The staff member after it.
    pub staff_member: Snapshot,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// Somebody starts to face customers.
    StaffRegistered(StaffRegistered),
    /// What is known of them is replaced.
    StaffChanged(StaffChanged),
    /// They passed a training.
    TrainingRecorded(TrainingRecorded),
    /// The training of an account manager ends soon.
    TrainingExpiring(TrainingExpiring),
    /// The training of an account manager has ended.
    TrainingExpired(TrainingExpired),
    /// A time away is planned.
    AbsencePlanned(AbsencePlanned),
    /// An absence was taken back before it began.
    AbsenceCancelled(AbsenceCancelled),
    /// A time away began.
    AbsenceBegan(AbsenceBegan),
    /// A time away is over.
    AbsenceEnded(AbsenceEnded),
    /// They are to leave.
    LeavingRecorded(LeavingRecorded),
    /// They have left.
    StaffLeft(StaffLeft),
}

/// See [`Fact::StaffRegistered`]; the staff member is in the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StaffRegistered {
    /// Who registered them.
    pub actor: String,
}

/// See [`Fact::StaffChanged`]; what is known now is in the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StaffChanged {
    /// Who changed it.
    pub actor: String,
    /// The user id that they had before and have no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_user_id: Option<String>,
    /// Keys in other systems that they had before and have no more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_external_identifiers: Vec<ExternalIdentifier>,
}

/// See [`Fact::TrainingRecorded`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrainingRecorded {
    /// Who recorded it.
    pub actor: String,
    /// The training.
    pub training: Training,
}

/// See [`Fact::TrainingExpiring`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrainingExpiring {
    /// Which training.
    pub code: Code,
    /// Until when it is valid, exclusive.
    pub valid_until: Timestamp,
}

/// See [`Fact::TrainingExpired`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TrainingExpired {
    /// Which training.
    pub code: Code,
    /// Until when it was valid, exclusive.
    pub valid_until: Timestamp,
}

/// See [`Fact::AbsencePlanned`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AbsencePlanned {
    /// Who planned it.
    pub actor: String,
    /// The absence.
    pub absence: Absence,
}

/// See [`Fact::AbsenceCancelled`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AbsenceCancelled {
    /// Who took it back.
    pub actor: String,
    /// The absence that is none.
    pub absence: Absence,
}

/// See [`Fact::AbsenceBegan`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AbsenceBegan {
    /// The absence.
    pub absence: Absence,
}

/// See [`Fact::AbsenceEnded`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AbsenceEnded {
    /// The absence as it was: its end is the one that came.
    pub absence: Absence,
    /// Until when it was planned, where it ended early.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub planned_until: Option<Timestamp>,
}

/// See [`Fact::LeavingRecorded`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LeavingRecorded {
    /// Who recorded it.
    pub actor: String,
    /// When they leave.
    pub leaves_at: Timestamp,
    /// Who steps in from then on for every account without a successor; absent for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy_staff_id: Option<Uuid>,
}

/// See [`Fact::StaffLeft`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StaffLeft {
    /// When they left.
    pub left_at: Timestamp,
    /// Who steps in for every account without a successor; absent for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deputy_staff_id: Option<Uuid>,
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
            Self::StaffRegistered(_) => name::STAFF_REGISTERED,
            Self::StaffChanged(_) => name::STAFF_CHANGED,
            Self::TrainingRecorded(_) => name::TRAINING_RECORDED,
            Self::TrainingExpiring(_) => name::TRAINING_EXPIRING,
            Self::TrainingExpired(_) => name::TRAINING_EXPIRED,
            Self::AbsencePlanned(_) => name::ABSENCE_PLANNED,
            Self::AbsenceCancelled(_) => name::ABSENCE_CANCELLED,
            Self::AbsenceBegan(_) => name::ABSENCE_BEGAN,
            Self::AbsenceEnded(_) => name::ABSENCE_ENDED,
            Self::LeavingRecorded(_) => name::LEAVING_RECORDED,
            Self::StaffLeft(_) => name::STAFF_LEFT,
        }
    }
}

/// Stable public names with version.
pub mod name {
    /// See [`super::Fact::StaffRegistered`].
    pub const STAFF_REGISTERED: &str = "vigie.staff_member.staff_registered.v1";
    /// See [`super::Fact::StaffChanged`].
    pub const STAFF_CHANGED: &str = "vigie.staff_member.staff_changed.v1";
    /// See [`super::Fact::TrainingRecorded`].
    pub const TRAINING_RECORDED: &str = "vigie.staff_member.training_recorded.v1";
    /// See [`super::Fact::TrainingExpiring`].
    pub const TRAINING_EXPIRING: &str = "vigie.staff_member.training_expiring.v1";
    /// See [`super::Fact::TrainingExpired`].
    pub const TRAINING_EXPIRED: &str = "vigie.staff_member.training_expired.v1";
    /// See [`super::Fact::AbsencePlanned`].
    pub const ABSENCE_PLANNED: &str = "vigie.staff_member.absence_planned.v1";
    /// See [`super::Fact::AbsenceCancelled`].
    pub const ABSENCE_CANCELLED: &str = "vigie.staff_member.absence_cancelled.v1";
    /// See [`super::Fact::AbsenceBegan`].
    pub const ABSENCE_BEGAN: &str = "vigie.staff_member.absence_began.v1";
    /// See [`super::Fact::AbsenceEnded`].
    pub const ABSENCE_ENDED: &str = "vigie.staff_member.absence_ended.v1";
    /// See [`super::Fact::LeavingRecorded`].
    pub const LEAVING_RECORDED: &str = "vigie.staff_member.leaving_recorded.v1";
    /// See [`super::Fact::StaffLeft`].
    pub const STAFF_LEFT: &str = "vigie.staff_member.staff_left.v1";
}
