//! A stolen handset: `theft_declared`, `handset_blocked`, `handset_block_overdue`, `handset_recovered`.

use serde::Deserialize;
use uuid::Uuid;
use vigie_clock::{Timestamp, derived_id};
use vigie_eventlog::RecordedEvent;

use super::{Line, Unreadable, decode, storable};
use crate::domain::promise::{BLOCK_LIST, Ended, Facts, Matter, News, Stroke};
use crate::domain::{EvidenceLevel, ExclusionReason, Place};

const DECLARED: &str = "vigie.line.theft_declared.v1";
const BLOCKED: &str = "vigie.line.handset_blocked.v1";
const OVERDUE: &str = "vigie.line.handset_block_overdue.v1";
const RECOVERED: &str = "vigie.line.handset_recovered.v1";

/// The events that are read here.
pub(super) const NAMES: [&str; 4] = [DECLARED, BLOCKED, OVERDUE, RECOVERED];

/// `theft_declared`.
#[derive(Deserialize)]
struct Declared {
    declaration_id: Uuid,
    counted_from: Option<Timestamp>,
    due_at: Option<Timestamp>,
    #[serde(default)]
    line: Line,
}

/// What follows a declaration.
#[derive(Deserialize)]
struct Followed {
    declaration_id: Uuid,
    evidence: Option<String>,
}

/// What the event says; nothing for one that is not of a stolen handset.
pub(super) fn strokes(event: &RecordedEvent) -> Result<Vec<Stroke>, Unreadable> {
    let news = match event.event_type.as_str() {
        DECLARED => return declared(event),
        BLOCKED => {
            let followed: Followed = decode(event)?;
            // Without a read-back nothing is proven.
            let level = match followed.evidence.as_deref() {
                Some("READ_BACK") => EvidenceLevel::RegisterReadBack,
                Some("SIMULATED") => EvidenceLevel::Simulated,
                _ => return Ok(Vec::new()),
            };
            News::Done { at: event.recorded_at, level }
        }
        OVERDUE => News::Overdue,
        RECOVERED => {
            let reason = ExclusionReason::Recovered;
            News::Ended(Ended { at: Some(event.recorded_at), reason })
        }
        _ => return Ok(Vec::new()),
    };
    let Followed { declaration_id, .. } = decode(event)?;
    Ok(vec![Stroke::Tell { case_id: case_id(event, declaration_id), news }])
}

fn declared(event: &RecordedEvent) -> Result<Vec<Stroke>, Unreadable> {
    let Declared { declaration_id, counted_from, due_at, line } = decode(event)?;
    let place = Place {
        account_id: event.account_id,
        site: storable(line.site),
        cost_centre: storable(line.cost_centre),
    };
    let facts = Facts { t0: counted_from, due_at, ..Facts::default() };
    let case_id = case_id(event, declaration_id);
    Ok(vec![Stroke::Begin { case_id, matter: matter(event, place, "BLOCK STOLEN HANDSET"), facts }])
}

/// A declaration that cannot be read is counted: it must not vanish.
pub(super) fn unreadable(event: &RecordedEvent) -> Vec<Stroke> {
    if event.event_type != DECLARED {
        return Vec::new();
    }
    let place = Place { account_id: event.account_id, site: None, cost_centre: None };
    let matter = matter(event, place, "UNREADABLE");
    vec![Stroke::Begin { case_id: event.event_id, matter, facts: Facts::default() }]
}

fn case_id(event: &RecordedEvent, declaration_id: Uuid) -> Uuid {
    derived_id(event.stream_id, &format!("{} {declaration_id}", BLOCK_LIST.name))
}

fn matter(event: &RecordedEvent, place: Place, summary: &str) -> Matter {
    Matter { definition: &BLOCK_LIST, place, subject_id: event.stream_id, summary: summary.to_owned() }
}
