//! What a customer is to be told, and was (promises 2.1 and 3.1).
//!
//! Each begin of an assignment or of a cover is a change that the customer is told of, within 2 *jours ouvrés* [D] after it
//! takes effect or is recorded, whichever is later. A base that is taken in is no change, nor is what is over when it is
//! recorded; what never held needs no telling.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Term, Timestamp};

/// Versions of contact points that one account may have been told.
pub(super) const POINTS_MAX: usize = 4_096;

/// By when a customer is to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TellBy {
    /// How long that may take: 2 *jours ouvrés* [D] of the place of the account's address.
    pub term: Term,
    /// The first instant at which it is too late.
    pub due: Timestamp,
}

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ManagerChange {
    /// A manager was assigned; the change has the assignment's id.
    Assigned,
    /// Somebody steps in; the change has the cover's id.
    Cover,
}

impl ManagerChange {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Assigned => "ASSIGNED",
            Self::Cover => "COVER",
        }
    }
}

/// What a customer was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// That the manager changed.
    ManagerChange {
        /// Id of the assignment or of the cover.
        change_id: Uuid,
    },
    /// A version of a contact point.
    ContactPoint {
        /// Which.
        contact_point_id: Uuid,
        /// Its version, from 1.
        point_version: u32,
        /// From when that is valid.
        valid_from: Timestamp,
    },
}

/// By when a customer is to be told of a change, and when it was, by which notice. Nothing of what need not be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Announcement {
    /// The first instant at which it is too late.
    pub tell_by: Option<Timestamp>,
    /// When it was told.
    pub told_at: Option<Timestamp>,
    /// The first notice that proves it.
    pub notice_id: Option<Uuid>,
}

/// A change of which the customer is to be told, or was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ToTell {
    pub(super) change_id: Uuid,
    pub(super) change: ManagerChange,
    /// Who is the contact by it.
    pub(super) staff_id: Uuid,
    /// None for what need not be told.
    pub(super) due: Option<Timestamp>,
    /// When it was told, and by which notice.
    pub(super) told: Option<(Timestamp, Uuid)>,
    /// Whether it was said to be too late.
    pub(super) is_late: bool,
}

/// All that one account was told, or is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Telling {
    changes: Vec<ToTell>,
    points: BTreeMap<(Uuid, u32), Timestamp>,
}

impl Telling {
    pub(super) fn changed(
        &mut self,
        change_id: Uuid,
        change: ManagerChange,
        staff_id: Uuid,
        by: Option<&TellBy>,
    ) {
        let due = by.map(|by| by.due);
        self.changes.push(ToTell { change_id, change, staff_id, due, told: None, is_late: false });
    }

    /// It never held: of one of which the customer was told the record stays.
    pub(super) fn never_held(&mut self, change_id: Uuid) {
        if let Some(change) = self.latest_mut(change_id) {
            change.due = None;
        }
    }

    /// Of a cause that made several covers the latest counts.
    pub(super) fn latest(&self, change_id: Uuid) -> Option<&ToTell> {
        self.changes.iter().rev().find(|change| change.change_id == change_id)
    }

    fn latest_mut(&mut self, change_id: Uuid) -> Option<&mut ToTell> {
        self.changes.iter_mut().rev().find(|change| change.change_id == change_id)
    }

    pub(super) fn told(&mut self, change_id: Uuid, told_at: Timestamp, notice_id: Uuid) {
        if let Some(change) = self.latest_mut(change_id) {
            change.told = Some((told_at, notice_id));
        }
    }

    pub(super) fn is_late(&mut self, change_id: Uuid) {
        if let Some(change) = self.latest_mut(change_id) {
            change.is_late = true;
        }
    }

    pub(super) fn point_told(&mut self, contact_point_id: Uuid, point_version: u32, told_at: Timestamp) {
        self.points.insert((contact_point_id, point_version), told_at);
    }

    pub(super) fn point(&self, contact_point_id: Uuid, point_version: u32) -> Option<Timestamp> {
        self.points.get(&(contact_point_id, point_version)).copied()
    }

    pub(super) fn is_full_of_points(&self) -> bool {
        self.points.len() >= POINTS_MAX
    }

    /// What is still to be told and was not said to be late, with the instant by which it should have been. Of covers of
    /// one cause that followed each other only the latest: who is no contact any more need not be introduced.
    pub(super) fn open(&self) -> impl Iterator<Item = (&ToTell, Timestamp)> {
        let is_latest = |change: &&ToTell| self.latest(change.change_id) == Some(change);
        let is_open = |change: &&ToTell| change.told.is_none() && !change.is_late;
        let open = self.changes.iter().filter(is_open).filter(is_latest);
        open.filter_map(|change| Some((change, change.due?)))
    }
}
