//! What the operator's base said of a contact at the moment at which it became known.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use crate::domain::route::{Expected, ExpectedPart, Family};
use crate::domain::{Code, Segment, Segments};

/// Teams that are named for one part. An operator has a few dozen.
const DESKS_MAX: usize = 64;

/// Who called, what they were to the operator, and who was to take the contact: as it was when the contact began, as known
/// when the fact came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pinned {
    /// As of when: the earliest instant that was known of the contact.
    pub as_of: Timestamp,
    /// The account that was recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<Uuid>,
    /// The person that was recognised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_id: Option<Uuid>,
    /// The account's segments, those of the account above where it has none of its own.
    pub segments: Segments,
    /// The one that counts: of a customer who is both, that of the family which the contact is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<Segment>,
    /// Whether a mobile end user of a business called, for the own line (promise 5.4.1).
    pub is_end_user: bool,
    /// Who was to take it: one, or one for each family.
    pub parts: Vec<PinnedPart>,
}

/// Who was to take a contact, or a part of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PinnedPart {
    /// Which part; absent where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<Family>,
    /// The specialised skills, of which the team is to hold one (promise 5.1.2).
    pub skills: Vec<Code>,
    /// Teams that keep the promise by handling it: a large account's dedicated unit (5.1.1), those that held one of the
    /// skills then (5.1.2), the service for end users (5.4.1). In order of id, at most 64.
    pub desk_ids: Vec<Uuid>,
    /// Staff who keep it whatever their team: the account manager, and whoever covers.
    pub staff_ids: Vec<Uuid>,
}

impl Pinned {
    /// Of what the base expects.
    pub fn of(expected: &Expected, as_of: Timestamp) -> Self {
        Self {
            as_of,
            account_id: expected.account,
            person_id: expected.person,
            segments: Segments::of(&expected.segments).unwrap_or_default(),
            segment: expected.segment,
            is_end_user: expected.is_end_user,
            parts: expected.parts.iter().map(PinnedPart::of).collect(),
        }
    }
}

impl PinnedPart {
    fn of(part: &ExpectedPart) -> Self {
        let mut desk_ids = part.desks.clone();
        desk_ids.sort_unstable();
        desk_ids.truncate(DESKS_MAX);
        Self {
            family: part.family,
            skills: part.skills.iter().filter_map(|skill| Code::parse(skill.code()).ok()).collect(),
            desk_ids,
            staff_ids: part.staff.clone(),
        }
    }
}
