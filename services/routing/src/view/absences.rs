//! Absences as rows: what a gap in the cover is looked for in.

use std::collections::BTreeMap;

use uuid::Uuid;
use vigie_eventlog::view::Upsert;
use vigie_eventlog::{RecordedEvent, Transaction, Value};

use super::Error;
use super::latest::events_of;
use super::staff::EVENTS;
use crate::domain::staff::{Absence, Fact, StaffMember};

pub(super) const TABLE: &str = "absence_view";

const COLUMNS: [&str; 7] =
    ["absence_id", "version", "staff_id", "begins_at", "ends_at", "cover_staff_id", "is_over"];

pub(super) async fn apply(transaction: &mut Transaction, events: &[RecordedEvent]) -> Result<(), Error> {
    let mut rows: BTreeMap<Uuid, (i64, Vec<Value>)> = BTreeMap::new();
    for (event, recorded) in events_of::<StaffMember>(EVENTS, events) {
        let Some((absence, is_over)) = of_absence(&event.fact) else { continue };
        let version = recorded.stream_version;
        if rows.get(&absence.absence_id).is_none_or(|(known, _)| *known < version) {
            rows.insert(absence.absence_id, (version, values(event.staff_id, version, absence, is_over)));
        }
    }
    let rows = rows.into_values().map(|(_, values)| values).collect();
    Ok(Upsert::new(TABLE, COLUMNS).only_newer("version").put(transaction, rows).await?)
}

/// The absence that a fact is about, and whether it is over.
const fn of_absence(fact: &Fact) -> Option<(&Absence, bool)> {
    match fact {
        Fact::AbsencePlanned(fact) => Some((&fact.absence, false)),
        Fact::AbsenceBegan(fact) => Some((&fact.absence, false)),
        Fact::AbsenceCancelled(fact) => Some((&fact.absence, true)),
        Fact::AbsenceEnded(fact) => Some((&fact.absence, true)),
        _ => None,
    }
}

fn values(staff_id: Uuid, version: i64, absence: &Absence, is_over: bool) -> Vec<Value> {
    vec![
        absence.absence_id.into(),
        version.into(),
        staff_id.into(),
        absence.from.as_micros().into(),
        absence.until.as_micros().into(),
        absence.cover_staff_id.into(),
        is_over.into(),
    ]
}
