//! A staff member as they are now, with what is needed to say what was known when.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::absence::{self, Absence};
use super::profile::Profile;
use super::snapshot::Snapshot;
use super::training::{self, Training};
use crate::domain::{Code, ExternalIdentifier};

/// A registered staff member: the fold of their events. One who is not registered is `None`.
///
/// Invariant: of absences that are not over no two overlap, and no training was passed after it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    pub(super) staff_id: Uuid,
    pub(super) external_identifiers: Vec<ExternalIdentifier>,
    pub(super) profile: Profile,
    pub(super) trainings: Vec<training::Recorded>,
    pub(super) absences: Vec<absence::Recorded>,
    pub(super) leavings: Vec<Leaving>,
    pub(super) has_left: bool,
    /// The end of the training for account managers that was said to come near.
    pub(super) expiry_announced: Option<Timestamp>,
    /// The end of that training that was said to have come.
    pub(super) expiry_told: Option<Timestamp>,
}

/// That somebody leaves, as recorded; of several the last counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leaving {
    pub(super) leaves_at: Timestamp,
    pub(super) deputy_staff_id: Option<Uuid>,
    pub(super) recorded_at: Timestamp,
}

impl StaffMember {
    /// Their id.
    pub const fn staff_id(&self) -> Uuid {
        self.staff_id
    }

    /// Keys in other systems.
    pub fn external_identifiers(&self) -> &[ExternalIdentifier] {
        &self.external_identifiers
    }

    /// What is known of them besides times.
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Trainings that they passed, in the order in which they were recorded.
    pub fn trainings(&self) -> impl Iterator<Item = &Training> {
        self.trainings.iter().map(|recorded| &recorded.training)
    }

    /// Absences that are not over, as planned, in the order of time.
    pub fn absences(&self) -> Vec<Absence> {
        let open = self.absences.iter().filter(|recorded| !recorded.is_over());
        let mut absences: Vec<_> = open.map(|recorded| recorded.planned).collect();
        absences.sort_by_key(|absence| absence.from);
        absences
    }

    /// Until when they are trained in `code` without a gap from `at` on, as known at `known_at`; `None` if they are not
    /// trained at `at`.
    pub fn trained_until(&self, code: &str, at: Timestamp, known_at: Timestamp) -> Option<Timestamp> {
        training::trained_until(&self.trainings, code, at, known_at)
    }

    /// The absence that they are in at `at`, as known at `known_at`, with the end that was known then. Absences long over
    /// are not remembered; their events are.
    pub fn absence(&self, at: Timestamp, known_at: Timestamp) -> Option<Absence> {
        let held = self.absences.iter().find(|recorded| recorded.holds(at, known_at))?;
        Some(Absence { until: held.until(known_at), ..held.planned })
    }

    /// When they leave or left, as known at `known_at`.
    pub fn leaves_at(&self, known_at: Timestamp) -> Option<Timestamp> {
        self.leaving(known_at).map(|leaving| leaving.leaves_at)
    }

    /// Who steps in once they have left, as known at `known_at`.
    pub fn deputy(&self, known_at: Timestamp) -> Option<Uuid> {
        self.leaving(known_at)?.deputy_staff_id
    }

    /// Whether it is recorded that they have left.
    pub const fn has_left(&self) -> bool {
        self.has_left
    }

    /// Whether they are there for all of the time from `from` until `until`.
    pub fn is_there(&self, from: Timestamp, until: Timestamp) -> bool {
        let is_away = self.absences.iter().any(|recorded| recorded.overlaps(from, until));
        let is_gone = self.leaves_at(crate::domain::ALL_KNOWN).is_some_and(|leaves_at| leaves_at < until);
        !is_away && !is_gone
    }

    /// They as their events show them.
    pub fn snapshot(&self) -> Snapshot {
        let leaving = self.leavings.last();
        Snapshot {
            profile: self.profile.clone(),
            trainings: self.trainings().cloned().collect(),
            training_valid_until: training::last_valid_until(&self.trainings, Code::ACCOUNT_MANAGER),
            absences: self.absences(),
            leaves_at: leaving.map(|leaving| leaving.leaves_at),
            deputy_staff_id: leaving.and_then(|leaving| leaving.deputy_staff_id),
            has_left: self.has_left,
        }
    }

    fn leaving(&self, known_at: Timestamp) -> Option<&Leaving> {
        self.leavings.iter().rev().find(|leaving| leaving.recorded_at <= known_at)
    }
}
