//! Yearly reviews of a company (promise 3.2). Each event shows the year that runs after it.

use serde::Deserialize;
use uuid::Uuid;
use vigie_clock::{Timestamp, derived_id};
use vigie_eventlog::RecordedEvent;

use super::routing::matter;
use super::{Unreadable, decode};
use crate::domain::promise::{Ended, Facts, News, REVIEW_HELD, Stroke};
use crate::domain::{EvidenceLevel, ExclusionReason};

const NAMES: [&str; 9] = [
    "plan_opened.v1",
    "review_planned.v1",
    "review_rescheduled.v1",
    "review_held.v1",
    "review_cancelled.v1",
    "review_due.v1",
    "review_overdue.v1",
    "review_excused.v1",
    "plan_ended.v1",
];

#[derive(Deserialize)]
struct Shown {
    review_plan: Year,
}

/// A year of the plan.
#[derive(Clone, Copy, Deserialize)]
struct Year {
    year_from: Timestamp,
    due_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Held {
    held_at: Timestamp,
    #[serde(flatten)]
    year: Year,
}

#[derive(Deserialize)]
struct End {
    ended_at: Timestamp,
}

/// What the event says; `None` for a type that this build does not know.
pub(super) fn strokes(event: &RecordedEvent, name: &str) -> Result<Option<Vec<Stroke>>, Unreadable> {
    if !NAMES.contains(&name) {
        return Ok(None);
    }
    let Shown { review_plan: running } = decode(event)?;
    let of_year = |year: Year, news| Stroke::Tell { case_id: case_id(event, year.year_from), news };
    let news = match name {
        "review_held.v1" => {
            let Held { held_at, year } = decode(event)?;
            // One of an earlier year leaves the year that ran as it is.
            let is_of_it = held_at >= year.year_from;
            is_of_it.then(|| of_year(year, News::Done { at: held_at, level: EvidenceLevel::Recorded }))
        }
        "review_overdue.v1" => Some(of_year(decode(event)?, News::Overdue)),
        "review_excused.v1" => {
            let ended = Ended { at: None, reason: ExclusionReason::CancelledByCustomer };
            Some(of_year(decode(event)?, News::Ended(ended)))
        }
        "plan_ended.v1" => {
            let End { ended_at } = decode(event)?;
            let ended = Ended { at: Some(ended_at), reason: ExclusionReason::AccountEnded };
            Some(of_year(running, News::Ended(ended)))
        }
        _ => None,
    };
    let runs = Stroke::Begin {
        case_id: case_id(event, running.year_from),
        matter: matter(&REVIEW_HELD, event, event.account_id, "REVIEW OF THE YEAR"),
        facts: Facts { t0: Some(running.year_from), due_at: running.due_at, ..Facts::default() },
    };
    Ok(Some(news.into_iter().chain([runs]).collect()))
}

fn case_id(event: &RecordedEvent, year_from: Timestamp) -> Uuid {
    derived_id(event.stream_id, &format!("{} {}", REVIEW_HELD.name, year_from.as_micros()))
}
