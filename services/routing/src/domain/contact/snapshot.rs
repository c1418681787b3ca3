//! A contact as an event shows it: all that is known by then, whichever fact came first.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use super::pinned::Pinned;
use crate::domain::contact_point::Channel;
use crate::domain::route::{Family, Subject};

/// A contact after an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Snapshot {
    /// System that tells of it.
    pub origin: String,
    /// Its key there: the call id.
    pub contact_key: String,
    /// The earliest instant that is known of it.
    pub began_at: Timestamp,
    /// How it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// What it is about, as found out last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    /// Which families it is about.
    pub families: Vec<Family>,
    /// Who called and who was to take it, as it was when the contact began: what was found out last about the caller
    /// counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned: Option<Pinned>,
    /// When it was first offered to a team.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered_at: Option<Timestamp>,
    /// When it was first answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Timestamp>,
    /// How long it waited until it was answered or abandoned, in milliseconds: as the contact centre measured, else since it
    /// was first offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<i64>,
    /// The team that has it, or had it last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desk_id: Option<Uuid>,
    /// The team that answered first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_by_desk_id: Option<Uuid>,
    /// Who answered first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_by_staff_id: Option<Uuid>,
    /// Whether the customer's context was shown to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context_shown: Option<bool>,
    /// When the caller gave up; absent for one that was answered before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abandoned_at: Option<Timestamp>,
    /// How often it was handed on.
    pub transfers: u32,
    /// When a named agent first took it in charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_in_charge_at: Option<Timestamp>,
    /// Who did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_in_charge_by_staff_id: Option<Uuid>,
    /// When it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Callbacks, in order of their keys.
    pub callbacks: Vec<Callback>,
    /// What it is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Parent>,
    /// Its parts; where there are some, they are counted in its place.
    pub parts: Vec<Part>,
    /// How many facts are on record.
    pub facts: u32,
}

/// A callback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Callback {
    /// Its key within the contact.
    pub callback: String,
    /// The first promise; absent while only its outcome is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_due_by: Option<Timestamp>,
    /// The latest promise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_by: Option<Timestamp>,
    /// When it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_at: Option<Timestamp>,
    /// When it was given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed_at: Option<Timestamp>,
    /// Whether the first promise passed before anything was heard of it.
    pub overdue: bool,
}

/// What a contact is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Parent {
    /// The whole.
    pub contact_id: Uuid,
    /// Which part of it this is.
    pub family: Family,
}

/// A part of a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Part {
    /// Which family.
    pub family: Family,
    /// The contact that it is.
    pub contact_id: Uuid,
    /// Its key where it is told of.
    pub contact_key: String,
}

impl Snapshot {
    /// The account that was recognised.
    pub fn account_id(&self) -> Option<Uuid> {
        self.pinned.as_ref()?.account_id
    }
}
