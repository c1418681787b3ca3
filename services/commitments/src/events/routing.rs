//! What the ledger reads of the log of `routing`.

use uuid::Uuid;
use vigie_eventlog::RecordedEvent;

use super::{Unreadable, account, contact, contact_point, project, review_plan, tell_unreadable};
use crate::domain::promise::{
    CONTACT_POINT_PUBLISHED, CONTACT_POINT_TOLD, Characteristic, Facts, MANAGER_GAP, MANAGER_TOLD, Matter,
    PROJECT_ANSWERED, Stroke,
};
use crate::domain::{Entry, Meaning, Place};

/// How the names of events begin; the log itself has a stream too, which is no case.
pub(crate) const OF_ROUTING: &str = "vigie.";

/// Kinds of streams that decide no case. What stands there is pinned in the events that do.
const ASIDE: [&str; 6] = [
    "vigie.person.",
    "vigie.staff_member.",
    "vigie.desk.",
    "vigie.attendance.",
    "vigie.rejected_fact.",
    "vigie.log.",
];

/// An event of `routing` as the ledger reads it. Never fails: what cannot be read is said to be so.
pub fn read_routing(event: &RecordedEvent) -> Entry {
    let (meaning, strokes) = match strokes(event) {
        Ok(Some(strokes)) => (Meaning::Aside, strokes),
        Ok(None) => (Meaning::Unknown, Vec::new()),
        Err(error) => {
            tell_unreadable(event, &error);
            (Meaning::Unreadable { may_open: None }, unreadable(event))
        }
    };
    Entry {
        event_id: event.event_id,
        stream_id: event.stream_id,
        stream_version: event.stream_version,
        recorded_at: event.recorded_at,
        meaning,
        strokes,
    }
}

/// What the event says; `None` for a type that this build does not know.
fn strokes(event: &RecordedEvent) -> Result<Option<Vec<Stroke>>, Unreadable> {
    if ASIDE.iter().any(|kind| event.event_type.starts_with(kind)) {
        return Ok(Some(Vec::new()));
    }
    let Some((kind, name)) = event.event_type.strip_prefix(OF_ROUTING).and_then(|name| name.split_once('.'))
    else {
        return Ok(None);
    };
    match kind {
        "account" => account::strokes(event, name),
        "contact_point" => contact_point::strokes(event, name),
        "contact" => contact::strokes(event, name),
        "project" => project::strokes(event, name),
        "review_plan" => review_plan::strokes(event, name),
        _ => Ok(None),
    }
}

/// A case that begins with an event that cannot be read is counted: it must not vanish. Of a contact the population is not
/// known, of an account the level, of a plan the year: the next event that can be read says it.
fn unreadable(event: &RecordedEvent) -> Vec<Stroke> {
    let (definition, case_id) = match event.event_type.as_str() {
        "vigie.account.manager_gap_opened.v1" => (&MANAGER_GAP, event.event_id),
        "vigie.account.manager_assigned.v1" | "vigie.account.manager_cover_began.v1" => {
            (&MANAGER_TOLD, event.event_id)
        }
        "vigie.account.contact_point_told.v1" => (&CONTACT_POINT_TOLD, event.event_id),
        "vigie.contact_point.version_published.v1" => (&CONTACT_POINT_PUBLISHED, event.event_id),
        "vigie.project.project_opened.v1" => (&PROJECT_ANSWERED, project::case_id(event)),
        _ => return Vec::new(),
    };
    let matter = matter(definition, event, event.stream_id, "UNREADABLE");
    vec![Stroke::Begin { case_id, matter, facts: Facts::default() }]
}

/// What a case of the event's account is about.
pub(super) fn matter(
    definition: &'static Characteristic,
    event: &RecordedEvent,
    subject_id: Uuid,
    summary: &str,
) -> Matter {
    let place = Place { account_id: event.account_id, site: None, cost_centre: None };
    // PostgreSQL has no U+0000 in a text (rule 3).
    let summary = summary.replace('\0', "");
    Matter { definition, place, subject_id, summary }
}
