//! Who handled a contact.

use vigie_clock::{Timestamp, derived_id};
use vigie_eventlog::RecordedEvent;

use super::{Contact, Part, Pinned, state};
use crate::domain::ExclusionReason;
use crate::domain::promise::{Characteristic, END_USERS, Facts, LARGE_ACCOUNTS, SPECIALISED_TEAMS, Stroke};

/// Times that a contact may be handed on (promise 5.1.2) [D].
const TRANSFERS_MAX: u32 = 1;

pub(super) fn stroke(event: &RecordedEvent, contact: &Contact) -> Stroke {
    let population = contact.pinned.as_ref().and_then(|pinned| {
        let definition = pinned.population()?;
        Some((definition, contact.handled(definition, pinned, event.recorded_at)))
    });
    let summary = contact.subject.as_deref().unwrap_or("CONTACT");
    state(event, derived_id(event.stream_id, "handled"), population, summary)
}

impl Pinned {
    /// Which promise speaks of the contact: large accounts count in 5.1.1 only.
    fn population(&self) -> Option<&'static Characteristic> {
        match self.segment.as_deref() {
            _ if self.is_end_user => Some(&END_USERS),
            Some("LARGE_ACCOUNT") => Some(&LARGE_ACCOUNTS),
            Some("SME_FLEET" | "BUSINESS_FIXED") => Some(&SPECIALISED_TEAMS),
            _ => None,
        }
    }
}

impl Contact {
    fn handled(&self, definition: &'static Characteristic, pinned: &Pinned, recorded_at: Timestamp) -> Facts {
        let open = self.open();
        if self.is_split() {
            return self.ended(ExclusionReason::Split);
        }
        let taken = [self.answered_at, self.taken_in_charge_at].into_iter().flatten().min();
        match (taken, self.abandoned_at, self.ended_at) {
            (None, Some(_), _) => self.ended(ExclusionReason::Abandoned),
            // It may still be handed on.
            (_, _, None) => open,
            (None, None, Some(_)) => Facts { missing: true, ..open },
            (Some(taken), _, Some(ended_at)) => match self.is_in_right_hands(definition, pinned) {
                None => Facts { missing: true, ..open },
                Some(true) => Facts { t1: Some(taken), ..open },
                // Of the contact's own time, and not of when it was told: told again, it is the same.
                Some(false) => Facts { failed_at: Some(ended_at.min(recorded_at)), ..open },
            },
        }
    }

    /// Whether who had it last is of those who were to take it, all of its parts; `None` if nobody knows who had it.
    fn is_in_right_hands(&self, definition: &'static Characteristic, pinned: &Pinned) -> Option<bool> {
        let answered_by = self.answered_by_staff_id.filter(|_| self.transfers == 0);
        let staff = [answered_by, self.taken_in_charge_by_staff_id];
        if self.desk_id.is_none() && staff.iter().all(Option::is_none) {
            return None;
        }
        let takes = |part: &Part| {
            self.desk_id.is_some_and(|desk_id| part.desk_ids.contains(&desk_id))
                || staff.iter().flatten().any(|staff_id| part.staff_ids.contains(staff_id))
        };
        let is_right = !pinned.parts.is_empty() && pinned.parts.iter().all(takes);
        let is_straight = definition != &SPECIALISED_TEAMS || self.transfers <= TRANSFERS_MAX;
        Some(is_right && is_straight)
    }
}
