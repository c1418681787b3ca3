//! The operator's people.

use uuid::Uuid;
use vigie_clock::Timestamp;

/// By all that is known.
const ALL: Timestamp = Timestamp::from_micros(i64::MAX);

/// A staff member.
pub(in crate::year) struct Member {
    pub(in crate::year) id: Uuid,
    pub(in crate::year) is_manager: bool,
    pub(in crate::year) trainings: Vec<Training>,
    pub(in crate::year) absences: Vec<Absence>,
    pub(in crate::year) leavings: Vec<Leaving>,
}

/// A training that makes somebody an account manager.
pub(in crate::year) struct Training {
    pub(in crate::year) passed_at: Timestamp,
    pub(in crate::year) valid_until: Timestamp,
    pub(in crate::year) recorded_at: Timestamp,
}

/// A time away.
pub(in crate::year) struct Absence {
    pub(in crate::year) id: String,
    pub(in crate::year) from: Timestamp,
    pub(in crate::year) until: Timestamp,
    pub(in crate::year) cover: Option<usize>,
    pub(in crate::year) recorded_at: Timestamp,
    /// Ended early: when, which is when it was recorded as well. One that had not begun never was.
    pub(in crate::year) ended_at: Option<Timestamp>,
}

/// Somebody leaves.
pub(in crate::year) struct Leaving {
    pub(in crate::year) at: Timestamp,
    pub(in crate::year) deputy: Option<usize>,
    pub(in crate::year) recorded_at: Timestamp,
}

impl Absence {
    /// Until when, as known at `known`.
    pub(super) fn until(&self, known: Timestamp) -> Timestamp {
        let ended = self.ended_at.filter(|ended_at| *ended_at <= known);
        ended.map_or(self.until, |ended_at| ended_at.max(self.from))
    }

    fn holds(&self, at: Timestamp, known: Timestamp) -> bool {
        self.recorded_at <= known && self.from <= at && at < self.until(known)
    }
}

impl Member {
    /// Whether a training holds at `at`, as known at `known`.
    pub(in crate::year) fn is_trained(&self, at: Timestamp, known: Timestamp) -> bool {
        let known = self.trainings.iter().filter(|training| training.recorded_at <= known);
        known.into_iter().any(|training| training.passed_at <= at && at < training.valid_until)
    }

    /// Until when they are trained from `at` on without a gap.
    pub(in crate::year) fn trained_until(&self, at: Timestamp) -> Option<Timestamp> {
        let holds = |at: Timestamp| {
            let held = self
                .trainings
                .iter()
                .filter(|training| training.passed_at <= at && at < training.valid_until);
            held.map(|training| training.valid_until).max()
        };
        let mut until = holds(at)?;
        while let Some(further) = holds(until) {
            until = further;
        }
        Some(until)
    }

    /// The last word on their leaving.
    pub(in crate::year) fn leaving(&self, known: Timestamp) -> Option<&Leaving> {
        self.leavings.iter().rev().find(|leaving| leaving.recorded_at <= known)
    }

    pub(in crate::year) fn has_left(&self, at: Timestamp, known: Timestamp) -> bool {
        self.leaving(known).is_some_and(|leaving| leaving.at <= at)
    }

    /// The absence that they are in: its place in the list.
    pub(in crate::year) fn away(&self, at: Timestamp, known: Timestamp) -> Option<usize> {
        self.absences.iter().position(|absence| absence.holds(at, known))
    }

    pub(in crate::year) fn is_there(&self, at: Timestamp, known: Timestamp) -> bool {
        !self.has_left(at, known) && self.away(at, known).is_none()
    }

    /// Whether nothing is on record that takes them away between `from` and `until`.
    pub(in crate::year) fn is_free(&self, from: Timestamp, until: Timestamp) -> bool {
        let stays = self.leavings.last().is_none_or(|leaving| leaving.at >= until);
        let meets = |absence: &Absence| absence.from.max(from) < absence.until(ALL).min(until);
        stays && !self.absences.iter().any(meets)
    }

    pub(super) fn instants(&self) -> impl Iterator<Item = Timestamp> {
        let absences = self.absences.iter().flat_map(|absence| {
            [absence.from, absence.until, absence.recorded_at].into_iter().chain(absence.ended_at)
        });
        let trainings = self
            .trainings
            .iter()
            .flat_map(|training| [training.passed_at, training.valid_until, training.recorded_at]);
        let leavings = self.leavings.iter().flat_map(|leaving| [leaving.at, leaving.recorded_at]);
        absences.chain(trainings).chain(leavings)
    }
}
