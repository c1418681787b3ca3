//! Times away.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::Timestamp;

use crate::domain::ALL_KNOWN;

/// A time away. Why somebody is away is nobody's business here, and is not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Absence {
    /// Its id.
    pub absence_id: Uuid,
    /// From when.
    pub from: Timestamp,
    /// Until when, exclusive.
    pub until: Timestamp,
    /// Who covers; absent for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover_staff_id: Option<Uuid>,
}

/// An absence on record: what was planned, and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Recorded {
    pub(super) planned: Absence,
    pub(super) planned_at: Timestamp,
    /// Whether it was said that it began.
    pub(super) has_begun: bool,
    pub(super) over: Option<Over>,
}

/// How an absence ended: in its time, early, or before it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Over {
    /// Until when it was one; not after its planned end, and its begin if it never was one.
    pub(super) until: Timestamp,
    pub(super) recorded_at: Timestamp,
}

impl Recorded {
    pub(super) const fn is_over(&self) -> bool {
        self.over.is_some()
    }

    /// Whether somebody is away at `at`, as known at `known_at`.
    pub(super) fn holds(&self, at: Timestamp, known_at: Timestamp) -> bool {
        self.planned_at <= known_at && self.planned.from <= at && at < self.until(known_at)
    }

    /// Whether it shares an instant with the time from `from` until `until`.
    pub(super) fn overlaps(&self, from: Timestamp, until: Timestamp) -> bool {
        self.planned.from.max(from) < self.until(ALL_KNOWN).min(until)
    }

    /// Until when, as known at `known_at`.
    pub(super) fn until(&self, known_at: Timestamp) -> Timestamp {
        let over = self.over.filter(|over| over.recorded_at <= known_at);
        over.map_or(self.planned.until, |over| over.until)
    }
}
