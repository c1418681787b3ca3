//! Contact points (promise 3.1).

use serde::Deserialize;
use serde::de::IgnoredAny;
use vigie_clock::{Timestamp, derived_id};
use vigie_eventlog::RecordedEvent;

use super::routing::matter;
use super::{Unreadable, decode};
use crate::domain::promise::{CONTACT_POINT_PUBLISHED, Facts, Stroke};

/// What the event says; `None` for a type that this build does not know.
pub(super) fn strokes(event: &RecordedEvent, name: &str) -> Result<Option<Vec<Stroke>>, Unreadable> {
    Ok(Some(match name {
        "version_published.v1" => vec![published(event)?],
        "change_notice_due.v1"
        | "version_took_effect.v1"
        | "retirement_recorded.v1"
        | "contact_point_ended.v1" => Vec::new(),
        _ => return Ok(None),
    }))
}

#[derive(Deserialize)]
struct Published {
    version: Version,
}

#[derive(Deserialize)]
struct Version {
    point_version: u32,
    valid_from: Timestamp,
    channel: Option<String>,
    tariff_class: Option<String>,
    tariff_label: Option<String>,
    /// Absent for those of the desk, which has some always.
    #[serde(rename = "announced_hours")]
    _announced_hours: Option<IgnoredAny>,
}

fn published(event: &RecordedEvent) -> Result<Stroke, Unreadable> {
    let Published { version } = decode(event)?;
    let is_said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    let is_priced = is_said(&version.tariff_class) && is_said(&version.tariff_label);
    // Only a call has a price.
    let is_as_promised = version.channel.as_deref().map(|channel| channel != "PHONE" || is_priced);
    let facts = Facts {
        t0: Some(version.valid_from),
        t1: is_as_promised.filter(|is_so| *is_so).map(|_| event.recorded_at),
        failed_at: is_as_promised.filter(|is_so| !is_so).map(|_| event.recorded_at),
        missing: is_as_promised.is_none(),
        ..Facts::default()
    };
    let summary = format!("VERSION {}", version.point_version);
    let case_id = derived_id(event.stream_id, &format!("{} {summary}", CONTACT_POINT_PUBLISHED.name));
    Ok(Stroke::Begin {
        case_id,
        matter: matter(&CONTACT_POINT_PUBLISHED, event, event.stream_id, &summary),
        facts,
    })
}
