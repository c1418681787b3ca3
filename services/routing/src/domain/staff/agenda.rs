//! What becomes due with time alone.

use vigie_clock::Timestamp;

use super::absence::{self, Absence};
use super::event::{AbsenceBegan, AbsenceEnded, Fact, StaffLeft, TrainingExpired, TrainingExpiring};
use super::member::StaffMember;
use super::policy::Policy;
use super::training::last_valid_until;
use crate::domain::Code;

/// When the staff member next wants to be woken.
pub fn next_due(state: &Option<StaffMember>) -> Option<Timestamp> {
    state.as_ref()?.entries().map(|entry| entry.due).min()
}

/// Something that becomes due; it is due no more once its fact is on record.
#[derive(Clone, Copy)]
struct Entry<'a> {
    due: Timestamp,
    what: What<'a>,
}

#[derive(Clone, Copy)]
enum What<'a> {
    Begin(&'a Absence),
    End(&'a Absence),
    Expiry { valid_until: Timestamp },
    Leaving,
}

impl StaffMember {
    /// The first of what is due at `present`, as a fact.
    pub(super) fn due_at(&self, present: Timestamp) -> Option<Fact> {
        let due = self.entries().filter(|entry| entry.due <= present);
        due.min_by_key(|entry| entry.due).and_then(|entry| self.fact(entry.what, present))
    }

    /// Whoever has left has no agenda any more.
    fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let absences = self.absences.iter().filter_map(absence_entry);
        let all = absences.chain(self.expiry_entry()).chain(self.leaving_entry());
        all.filter(|_| !self.has_left)
    }

    /// Nobody is warned of a training that is no account manager's, or that outlasts its holder's stay.
    fn expiry_entry(&self) -> Option<Entry<'_>> {
        let valid_until = last_valid_until(&self.trainings, Code::ACCOUNT_MANAGER)?;
        let leaves_before = self.leavings.last().is_some_and(|leaving| leaving.leaves_at <= valid_until);
        if !self.profile.is_account_manager || leaves_before || self.expiry_told == Some(valid_until) {
            return None;
        }
        let is_announced = self.expiry_announced == Some(valid_until);
        let due = if is_announced { valid_until } else { valid_until.minus(Policy::DEFAULT.training_notice) };
        Some(Entry { due, what: What::Expiry { valid_until } })
    }

    fn leaving_entry(&self) -> Option<Entry<'_>> {
        self.leavings.last().map(|leaving| Entry { due: leaving.leaves_at, what: What::Leaving })
    }

    fn fact(&self, what: What<'_>, present: Timestamp) -> Option<Fact> {
        Some(match what {
            What::Begin(absence) => Fact::AbsenceBegan(AbsenceBegan { absence: *absence }),
            What::End(absence) => Fact::AbsenceEnded(AbsenceEnded { absence: *absence, planned_until: None }),
            // Too late for a warning: what it warns of is here.
            What::Expiry { valid_until } if valid_until <= present => {
                Fact::TrainingExpired(TrainingExpired { code: Code::account_manager(), valid_until })
            }
            What::Expiry { valid_until } => {
                Fact::TrainingExpiring(TrainingExpiring { code: Code::account_manager(), valid_until })
            }
            What::Leaving => {
                let leaving = self.leavings.last()?;
                let (left_at, deputy_staff_id) = (leaving.leaves_at, leaving.deputy_staff_id);
                Fact::StaffLeft(StaffLeft { left_at, deputy_staff_id })
            }
        })
    }
}

fn absence_entry(recorded: &absence::Recorded) -> Option<Entry<'_>> {
    let absence = &recorded.planned;
    match (recorded.is_over(), recorded.has_begun) {
        (true, _) => None,
        (false, false) => Some(Entry { due: absence.from, what: What::Begin(absence) }),
        (false, true) => Some(Entry { due: absence.until, what: What::End(absence) }),
    }
}
