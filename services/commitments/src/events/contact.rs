//! Contacts (promises 5.1.1, 5.1.2, 5.4.1). Each event shows the contact after it, with who called and who was to take it as
//! it was when the contact began.

use serde::Deserialize;
use uuid::Uuid;
use vigie_clock::{Timestamp, derived_id};
use vigie_eventlog::RecordedEvent;

use super::routing::matter;
use super::{Unreadable, decode};
use crate::domain::ExclusionReason;
use crate::domain::promise::{
    Characteristic, END_USERS, Ended, Facts, LARGE_ACCOUNTS, News, SPECIALISED_TEAMS, Stroke,
};

/// Times that a contact may be handed on (promise 5.1.2) [D].
const TRANSFERS_MAX: u32 = 1;

const NAMES: [&str; 16] = [
    "contact_offered.v1",
    "contact_qualified.v1",
    "contact_answered.v1",
    "contact_abandoned.v1",
    "contact_transferred.v1",
    "contact_taken_in_charge.v1",
    "contact_ended.v1",
    "callback_promised.v1",
    "callback_kept.v1",
    "callback_missed.v1",
    "callback_overdue.v1",
    "survey_answered.v1",
    "quality_graded.v1",
    "contact_repeated.v1",
    "contact_split.v1",
    "part_attached.v1",
];

#[derive(Deserialize)]
struct Shown {
    contact: Contact,
}

#[derive(Deserialize)]
struct Contact {
    began_at: Option<Timestamp>,
    subject: Option<String>,
    pinned: Option<Pinned>,
    answered_at: Option<Timestamp>,
    desk_id: Option<Uuid>,
    answered_by_staff_id: Option<Uuid>,
    abandoned_at: Option<Timestamp>,
    #[serde(default)]
    transfers: u32,
    taken_in_charge_at: Option<Timestamp>,
    taken_in_charge_by_staff_id: Option<Uuid>,
    ended_at: Option<Timestamp>,
    #[serde(default)]
    parts: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Pinned {
    segment: Option<String>,
    #[serde(default)]
    is_end_user: bool,
    #[serde(default)]
    parts: Vec<Part>,
}

/// Who was to take it, or a part of it.
#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    desk_ids: Vec<Uuid>,
    #[serde(default)]
    staff_ids: Vec<Uuid>,
}

/// What the event says; `None` for a type that this build does not know.
pub(super) fn strokes(event: &RecordedEvent, name: &str) -> Result<Option<Vec<Stroke>>, Unreadable> {
    if !NAMES.contains(&name) {
        return Ok(None);
    }
    let Shown { contact } = decode(event)?;
    let case_id = derived_id(event.stream_id, "handled");
    let definition = contact.pinned.as_ref().and_then(Pinned::population);
    let stroke = match (definition, &contact.pinned) {
        (Some(definition), Some(pinned)) => {
            let summary = contact.subject.as_deref().unwrap_or("CONTACT");
            let facts = contact.facts(definition, pinned, event.recorded_at);
            Stroke::State { case_id, matter: matter(definition, event, event.stream_id, summary), facts }
        }
        // Nothing where it never had a case.
        _ => {
            let ended = Ended { at: None, reason: ExclusionReason::NotRecognised };
            Stroke::Tell { case_id, news: News::Ended(ended) }
        }
    };
    Ok(Some(vec![stroke]))
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
    fn facts(&self, definition: &'static Characteristic, pinned: &Pinned, recorded_at: Timestamp) -> Facts {
        let open = Facts { t0: self.began_at, ..Facts::default() };
        let ended = |reason| Facts { ended: Some(Ended { at: None, reason }), ..open.clone() };
        if !self.parts.is_empty() {
            return ended(ExclusionReason::Split);
        }
        let taken = [self.answered_at, self.taken_in_charge_at].into_iter().flatten().min();
        match (taken, self.abandoned_at, self.ended_at) {
            (None, Some(_), _) => ended(ExclusionReason::Abandoned),
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
