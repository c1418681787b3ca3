//! What each event makes of a staff member.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::absence::{self, Over};
use super::event::{Event, Fact};
use super::member::{Leaving, StaffMember};
use super::policy::Policy;
use super::training;

/// The state after `event`, which the log recorded at `recorded_at`.
pub fn evolve(state: &mut Option<StaffMember>, event: &Event, recorded_at: Timestamp) {
    match (state.as_mut(), &event.fact) {
        (None, Fact::StaffRegistered(_)) => *state = Some(StaffMember::registered(event)),
        (Some(member), _) => member.apply(event, recorded_at),
        // Only a registration begins a stream: `decide` lets no other event come first.
        (None, _) => {}
    }
}

impl StaffMember {
    fn registered(event: &Event) -> Self {
        Self {
            staff_id: event.staff_id,
            external_identifiers: event.external_identifiers.clone(),
            profile: event.staff_member.profile.clone(),
            trainings: Vec::new(),
            absences: Vec::new(),
            leavings: Vec::new(),
            has_left: false,
            expiry_announced: None,
            expiry_told: None,
        }
    }

    fn apply(&mut self, event: &Event, recorded_at: Timestamp) {
        match &event.fact {
            Fact::StaffRegistered(_) => {}
            Fact::StaffChanged(_) => {
                self.profile = event.staff_member.profile.clone();
                self.external_identifiers = event.external_identifiers.clone();
            }
            fact => self.take_in(fact, recorded_at),
        }
    }

    /// A fact that says all that it changes.
    pub(super) fn take_in(&mut self, fact: &Fact, recorded_at: Timestamp) {
        match fact {
            Fact::StaffRegistered(_) | Fact::StaffChanged(_) => {}
            Fact::TrainingRecorded(fact) => {
                self.trainings.push(training::Recorded { training: fact.training.clone(), recorded_at });
            }
            Fact::TrainingExpiring(fact) => self.expiry_announced = Some(fact.valid_until),
            Fact::TrainingExpired(fact) => self.expiry_told = Some(fact.valid_until),
            Fact::AbsencePlanned(fact) => {
                let planned = fact.absence;
                let recorded =
                    absence::Recorded { planned, planned_at: recorded_at, has_begun: false, over: None };
                self.absences.push(recorded);
            }
            Fact::AbsenceCancelled(fact) => {
                let absence = &fact.absence;
                self.end(absence.absence_id, Over { until: absence.from, recorded_at });
            }
            Fact::AbsenceBegan(fact) => {
                self.with_absence(fact.absence.absence_id, |absence| absence.has_begun = true);
            }
            Fact::AbsenceEnded(fact) => {
                let absence = &fact.absence;
                self.end(absence.absence_id, Over { until: absence.until, recorded_at });
            }
            Fact::LeavingRecorded(fact) => {
                let (leaves_at, deputy_staff_id) = (fact.leaves_at, fact.deputy_staff_id);
                self.leavings.push(Leaving { leaves_at, deputy_staff_id, recorded_at });
            }
            Fact::StaffLeft(_) => self.has_left = true,
        }
    }

    fn end(&mut self, absence_id: Uuid, over: Over) {
        self.with_absence(absence_id, |absence| absence.over = Some(over));
        let is_past = |absence: &&absence::Recorded| absence.is_over();
        if self.absences.iter().filter(is_past).count() > Policy::DEFAULT.past_absences_max
            && let Some(oldest) = self.absences.iter().position(|absence| absence.is_over())
        {
            self.absences.remove(oldest);
        }
    }

    fn with_absence(&mut self, absence_id: Uuid, change: impl FnOnce(&mut absence::Recorded)) {
        if let Some(absence) =
            self.absences.iter_mut().rev().find(|absence| absence.planned.absence_id == absence_id)
        {
            change(absence);
        }
    }
}
