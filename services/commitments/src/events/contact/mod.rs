//! Contacts (promises 5.1.1, 5.1.2, 5.4.1, and the indicators of a customer service). Each event shows the contact after it, with who called and who was to take it as
//! it was when the contact began.

mod end_user;
mod handled;

use serde::Deserialize;
use serde::de::IgnoredAny;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::RecordedEvent;

use super::routing::matter;
use super::{Unreadable, decode};
use crate::domain::ExclusionReason;
use crate::domain::promise::{Characteristic, Ended, Facts, News, Stroke};

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
    channel: Option<String>,
    subject: Option<String>,
    pinned: Option<Pinned>,
    offered_at: Option<Timestamp>,
    answered_at: Option<Timestamp>,
    wait_ms: Option<i64>,
    desk_id: Option<Uuid>,
    answered_by_staff_id: Option<Uuid>,
    context_shown: Option<bool>,
    abandoned_at: Option<Timestamp>,
    #[serde(default)]
    transfers: u32,
    taken_in_charge_at: Option<Timestamp>,
    taken_in_charge_by_staff_id: Option<Uuid>,
    ended_at: Option<Timestamp>,
    #[serde(default)]
    callbacks: Vec<Callback>,
    parent: Option<IgnoredAny>,
    #[serde(default)]
    parts: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
struct Callback {
    callback: String,
    first_due_by: Option<Timestamp>,
    kept_at: Option<Timestamp>,
    missed_at: Option<Timestamp>,
    #[serde(default)]
    overdue: bool,
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
    let handled = handled::stroke(event, &contact);
    Ok(Some([handled].into_iter().chain(end_user::strokes(event, &contact)).collect()))
}

/// All that is known of a case of the contact; without facts it belongs to no population, or no more. That is nothing where it
/// never had a case.
fn state(
    event: &RecordedEvent,
    case_id: Uuid,
    population: Option<(&'static Characteristic, Facts)>,
    summary: &str,
) -> Stroke {
    match population {
        Some((definition, facts)) => {
            Stroke::State { case_id, matter: matter(definition, event, event.stream_id, summary), facts }
        }
        None => {
            let ended = Ended { at: None, reason: ExclusionReason::NotRecognised };
            Stroke::Tell { case_id, news: News::Ended(ended) }
        }
    }
}

impl Contact {
    /// What is known of any case of it before anything is decided.
    fn open(&self) -> Facts {
        Facts { t0: self.began_at, ..Facts::default() }
    }

    /// It ended without, whenever that was.
    fn ended(&self, reason: ExclusionReason) -> Facts {
        Facts { ended: Some(Ended { at: None, reason }), ..self.open() }
    }

    fn is_split(&self) -> bool {
        !self.parts.is_empty()
    }
}
