//! Projects abroad (promise 3.4). Each event shows the project after it.

use serde::Deserialize;
use uuid::Uuid;
use vigie_clock::{Timestamp, derived_id};
use vigie_eventlog::RecordedEvent;

use super::routing::matter;
use super::{Unreadable, decode};
use crate::domain::ExclusionReason;
use crate::domain::promise::{Ended, Facts, PROJECT_ANSWERED, Stroke};

const NAMES: [&str; 6] = [
    "project_opened.v1",
    "referent_changed.v1",
    "project_answered.v1",
    "promise_changed.v1",
    "answer_overdue.v1",
    "project_closed.v1",
];

#[derive(Deserialize)]
struct Shown {
    project: Project,
}

#[derive(Deserialize)]
struct Project {
    kind: Option<String>,
    referent_staff_id: Option<Uuid>,
    requested_at: Option<Timestamp>,
    answer_due_at: Option<Timestamp>,
    answered_at: Option<Timestamp>,
    first_promised_for: Option<Timestamp>,
    #[serde(default)]
    answer_overdue: bool,
    closed_at: Option<Timestamp>,
    outcome: Option<String>,
}

/// What the event says; `None` for a type that this build does not know.
pub(super) fn strokes(event: &RecordedEvent, name: &str) -> Result<Option<Vec<Stroke>>, Unreadable> {
    if !NAMES.contains(&name) {
        return Ok(None);
    }
    let Shown { project } = decode(event)?;
    let is_whole = project.first_promised_for.is_some() && project.referent_staff_id.is_some();
    let answered = project.answered_at;
    let ended = match (project.closed_at, project.outcome.as_deref()) {
        (Some(at), Some("WITHDRAWN")) if answered.is_none() => {
            Some(Ended { at: Some(at), reason: ExclusionReason::Withdrawn })
        }
        _ => None,
    };
    let facts = Facts {
        t0: project.requested_at,
        due_at: project.answer_due_at,
        t1: answered.filter(|_| is_whole),
        // An answer without a referent or a date is none.
        failed_at: match (answered, project.closed_at) {
            (Some(answered_at), _) if !is_whole => Some(answered_at),
            (None, Some(closed_at)) if ended.is_none() => Some(closed_at),
            _ => None,
        },
        overdue_at: project.answer_overdue.then_some(project.answer_due_at).flatten(),
        ended,
        ..Facts::default()
    };
    let kind = project.kind.as_deref().unwrap_or("PROJECT");
    let matter = matter(&PROJECT_ANSWERED, event, event.stream_id, kind);
    Ok(Some(vec![Stroke::State { case_id: case_id(event), matter, facts }]))
}

/// A project is one case.
pub(super) fn case_id(event: &RecordedEvent) -> Uuid {
    derived_id(event.stream_id, PROJECT_ANSWERED.name)
}
