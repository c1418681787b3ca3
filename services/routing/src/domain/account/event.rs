//! What happened to an account, as published. Names and fields are a contract: a change only adds, or is a new version.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Channel, Timestamp};

use super::gap::{Gap, GapCause};
use super::manager::{Assignment, Cover, StaffContact};
use super::snapshot::Snapshot;
use super::telling::{ManagerChange, TellBy};
use crate::domain::{Address, CountryCode, ExternalIdentifier, Language, Segments};

/// Something that happened to an account, with all that a consumer needs to understand it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The account.
    pub account_id: Uuid,
    /// Keys in other systems.
    pub external_identifiers: Vec<ExternalIdentifier>,
    /// What happened.
    pub fact: Fact,
    /// The account after it.
    pub account: Snapshot,
}

/// What happened. What is planned or corrected says from when it holds: that need not be when it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Fact {
    /// The account came in.
    AccountRegistered(AccountRegistered),
    /// What is known of it changes from an instant on.
    AccountChanged(AccountChanged),
    /// It hangs below another account from an instant on.
    AccountMoved(AccountMoved),
    /// It ends.
    AccountClosed(AccountClosed),
    /// Something that was recorded ahead now holds.
    PlannedChangeTookEffect(PlannedChangeTookEffect),
    /// It has a manager from an instant on.
    ManagerAssigned(ManagerAssigned),
    /// An assignment ends, or ends earlier.
    ManagerAssignmentEnded(ManagerAssignmentEnded),
    /// Somebody steps in for the manager.
    ManagerCoverBegan(ManagerCoverBegan),
    /// Whoever stepped in steps back.
    ManagerCoverEnded(ManagerCoverEnded),
    /// The customer has nobody.
    ManagerGapOpened(ManagerGapOpened),
    /// That lasts longer than is promised.
    ManagerGapOverdue(ManagerGapOverdue),
    /// The customer has somebody again, or is no customer any more.
    ManagerGapClosed(ManagerGapClosed),
    /// The customer was told of a change of the manager.
    ManagerChangeTold(ManagerChangeTold),
    /// The customer should have been told of a change of the manager by now, and nothing proves it.
    ManagerChangeNotTold(ManagerChangeNotTold),
    /// The customer was told a version of a contact point.
    ContactPointTold(ContactPointTold),
}

/// Who recorded it, and through which door.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Why {
    /// The act.
    pub act_id: Uuid,
    /// User id of who asked.
    pub actor: String,
    /// Through which door.
    pub channel: Channel,
}

/// See [`Fact::AccountRegistered`]; the account itself is in the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountRegistered {
    /// Who recorded it.
    #[serde(flatten)]
    pub why: Why,
}

/// See [`Fact::AccountChanged`]. What is absent stays as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountChanged {
    /// Who recorded it.
    #[serde(flatten)]
    pub why: Why,
    /// From when it holds.
    pub effective_from: Timestamp,
    /// Another name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Other segments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segments: Option<Segments>,
    /// Another language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// Another address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// Other countries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub countries: Option<Vec<CountryCode>>,
}

/// See [`Fact::AccountMoved`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountMoved {
    /// Who recorded it.
    #[serde(flatten)]
    pub why: Why,
    /// From when it holds.
    pub effective_from: Timestamp,
    /// The account above from then on; absent for the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_account_id: Option<Uuid>,
}

/// See [`Fact::AccountClosed`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AccountClosed {
    /// Who recorded it.
    #[serde(flatten)]
    pub why: Why,
    /// When it ends.
    pub closed_at: Timestamp,
}

/// See [`Fact::PlannedChangeTookEffect`]; what holds now is in the state after it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PlannedChangeTookEffect {
    /// Since when it holds.
    pub took_effect_at: Timestamp,
}

/// See [`Fact::ManagerAssigned`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManagerAssigned {
    /// Who recorded it.
    #[serde(flatten)]
    pub why: Why,
    /// The assignment.
    pub assignment: Assignment,
    /// Whom the customer is told.
    pub manager: StaffContact,
    /// The assignment that it takes over from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces_assignment_id: Option<Uuid>,
    /// By when the customer is to be told; absent where nobody has to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tell_by: Option<TellBy>,
}

/// See [`Fact::ManagerAssignmentEnded`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManagerAssignmentEnded {
    /// Who recorded it.
    #[serde(flatten)]
    pub why: Why,
    /// The assignment, with its end.
    pub assignment: Assignment,
    /// The assignment that takes over; absent when nobody does, which is a gap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by_assignment_id: Option<Uuid>,
}

/// See [`Fact::ManagerCoverBegan`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManagerCoverBegan {
    /// Who recorded it.
    #[serde(flatten)]
    pub why: Why,
    /// The cover.
    pub cover: Cover,
    /// Whom the customer is told.
    pub cover_contact: StaffContact,
    /// By when the customer is to be told; absent where nobody has to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tell_by: Option<TellBy>,
}

/// See [`Fact::ManagerCoverEnded`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManagerCoverEnded {
    /// Who recorded it.
    #[serde(flatten)]
    pub why: Why,
    /// The cover, with its end.
    pub cover: Cover,
}

/// See [`Fact::ManagerGapOpened`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManagerGapOpened {
    /// The gap.
    pub gap: Gap,
    /// From when it could be known: not before `gap.since`.
    pub known_since: Timestamp,
}

/// See [`Fact::ManagerGapOverdue`]. Told a minute after the gap was due, or when it closes too late. What closed it in time
/// may become known later still: its `until` decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManagerGapOverdue {
    /// The gap.
    pub gap_id: Uuid,
    /// Since when nobody is there.
    pub since: Timestamp,
    /// Why, as it opened.
    pub cause: GapCause,
    /// The first instant at which the promise was broken.
    pub due: Timestamp,
}

/// See [`Fact::ManagerGapClosed`]. The promise was kept if `until` is before `due`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManagerGapClosed {
    /// The gap.
    pub gap_id: Uuid,
    /// Since when nobody was there.
    pub since: Timestamp,
    /// Why, as it opened.
    pub cause: GapCause,
    /// The first instant at which the promise is broken.
    pub due: Timestamp,
    /// The first instant at which somebody was there, and on record: what is recorded for the past fills no gap.
    pub until: Timestamp,
    /// How it ended.
    pub end: GapEnd,
    /// Who is there; absent where the customer is none any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_id: Option<Uuid>,
}

/// How a gap ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GapEnd {
    /// Somebody is there.
    Served,
    /// The account ended.
    AccountEnded,
}

/// See [`Fact::ManagerChangeTold`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManagerChangeTold {
    /// Who recorded it.
    #[serde(flatten)]
    pub why: Why,
    /// Id of the assignment or of the cover.
    pub change_id: Uuid,
    /// Which of them.
    pub change: ManagerChange,
    /// Whom the customer was told.
    pub staff_id: Uuid,
    /// The notice that proves it.
    pub notice_id: Uuid,
    /// When.
    pub told_at: Timestamp,
    /// The first instant at which it was too late; absent where nobody had to be told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
}

/// See [`Fact::ManagerChangeNotTold`]. A proof may still come: its `told_at` decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ManagerChangeNotTold {
    /// Id of the assignment or of the cover.
    pub change_id: Uuid,
    /// Which of them.
    pub change: ManagerChange,
    /// Whom the customer should have been told.
    pub staff_id: Uuid,
    /// The first instant at which it was too late.
    pub due: Timestamp,
}

/// See [`Fact::ContactPointTold`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContactPointTold {
    /// Who recorded it.
    #[serde(flatten)]
    pub why: Why,
    /// Which contact point.
    pub contact_point_id: Uuid,
    /// Its version, from 1.
    pub point_version: u32,
    /// From when that version is valid: told after it, the customer was told too late. Absent in events from before it was
    /// recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<Timestamp>,
    /// The notice that proves it.
    pub notice_id: Uuid,
    /// When.
    pub told_at: Timestamp,
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
            Self::AccountRegistered(_) => name::ACCOUNT_REGISTERED,
            Self::AccountChanged(_) => name::ACCOUNT_CHANGED,
            Self::AccountMoved(_) => name::ACCOUNT_MOVED,
            Self::AccountClosed(_) => name::ACCOUNT_CLOSED,
            Self::PlannedChangeTookEffect(_) => name::PLANNED_CHANGE_TOOK_EFFECT,
            Self::ManagerAssigned(_) => name::MANAGER_ASSIGNED,
            Self::ManagerAssignmentEnded(_) => name::MANAGER_ASSIGNMENT_ENDED,
            Self::ManagerCoverBegan(_) => name::MANAGER_COVER_BEGAN,
            Self::ManagerCoverEnded(_) => name::MANAGER_COVER_ENDED,
            Self::ManagerGapOpened(_) => name::MANAGER_GAP_OPENED,
            Self::ManagerGapOverdue(_) => name::MANAGER_GAP_OVERDUE,
            Self::ManagerGapClosed(_) => name::MANAGER_GAP_CLOSED,
            Self::ManagerChangeTold(_) => name::MANAGER_CHANGE_TOLD,
            Self::ManagerChangeNotTold(_) => name::MANAGER_CHANGE_NOT_TOLD,
            Self::ContactPointTold(_) => name::CONTACT_POINT_TOLD,
        }
    }

    /// The act that it belongs to; none for what time alone brought.
    pub const fn act_id(&self) -> Option<Uuid> {
        let why = match self {
            Self::AccountRegistered(fact) => &fact.why,
            Self::AccountChanged(fact) => &fact.why,
            Self::AccountMoved(fact) => &fact.why,
            Self::AccountClosed(fact) => &fact.why,
            Self::ManagerAssigned(fact) => &fact.why,
            Self::ManagerAssignmentEnded(fact) => &fact.why,
            Self::ManagerCoverBegan(fact) => &fact.why,
            Self::ManagerCoverEnded(fact) => &fact.why,
            Self::ManagerChangeTold(fact) => &fact.why,
            Self::ContactPointTold(fact) => &fact.why,
            Self::PlannedChangeTookEffect(_)
            | Self::ManagerGapOpened(_)
            | Self::ManagerGapOverdue(_)
            | Self::ManagerGapClosed(_)
            | Self::ManagerChangeNotTold(_) => return None,
        };
        Some(why.act_id)
    }
}

/// Stable public names with version.
pub mod name {
    /// See [`super::Fact::AccountRegistered`].
    pub const ACCOUNT_REGISTERED: &str = "vigie.account.account_registered.v1";
    /// See [`super::Fact::AccountChanged`].
    pub const ACCOUNT_CHANGED: &str = "vigie.account.account_changed.v1";
    /// See [`super::Fact::AccountMoved`].
    pub const ACCOUNT_MOVED: &str = "vigie.account.account_moved.v1";
    /// See [`super::Fact::AccountClosed`].
    pub const ACCOUNT_CLOSED: &str = "vigie.account.account_closed.v1";
    /// See [`super::Fact::PlannedChangeTookEffect`].
    pub const PLANNED_CHANGE_TOOK_EFFECT: &str = "vigie.account.planned_change_took_effect.v1";
    /// See [`super::Fact::ManagerAssigned`].
    pub const MANAGER_ASSIGNED: &str = "vigie.account.manager_assigned.v1";
    /// See [`super::Fact::ManagerAssignmentEnded`].
    pub const MANAGER_ASSIGNMENT_ENDED: &str = "vigie.account.manager_assignment_ended.v1";
    /// See [`super::Fact::ManagerCoverBegan`].
    pub const MANAGER_COVER_BEGAN: &str = "vigie.account.manager_cover_began.v1";
    /// See [`super::Fact::ManagerCoverEnded`].
    pub const MANAGER_COVER_ENDED: &str = "vigie.account.manager_cover_ended.v1";
    /// See [`super::Fact::ManagerGapOpened`].
    pub const MANAGER_GAP_OPENED: &str = "vigie.account.manager_gap_opened.v1";
    /// See [`super::Fact::ManagerGapOverdue`].
    pub const MANAGER_GAP_OVERDUE: &str = "vigie.account.manager_gap_overdue.v1";
    /// See [`super::Fact::ManagerGapClosed`].
    pub const MANAGER_GAP_CLOSED: &str = "vigie.account.manager_gap_closed.v1";
    /// See [`super::Fact::ManagerChangeTold`].
    pub const MANAGER_CHANGE_TOLD: &str = "vigie.account.manager_change_told.v1";
    /// See [`super::Fact::ManagerChangeNotTold`].
    pub const MANAGER_CHANGE_NOT_TOLD: &str = "vigie.account.manager_change_not_told.v1";
    /// See [`super::Fact::ContactPointTold`].
    pub const CONTACT_POINT_TOLD: &str = "vigie.account.contact_point_told.v1";
}
