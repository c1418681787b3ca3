//! Lines, entries and acts as rows, and back.

use std::collections::BTreeMap;

use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::{Row, Value};

use super::Error;
use crate::domain::{Act, ActKind, Entry, Line, Place};

/// The values of a line in the order of `LINES`.
pub(crate) fn line_row(line: &Line) -> Vec<Value> {
    // A map of names to ids always has a JSON form, and one only.
    let set_by = serde_json::to_string(&line.set_by).unwrap_or_default();
    vec![
        line.line_id.into(),
        line.account_id.into(),
        line.place.site.clone().into(),
        line.place.cost_centre.clone().into(),
        line.place.user_id.clone().into(),
        line.version.into(),
        line.incarnation.into(),
        set_by.into(),
    ]
}

/// The line of a row selected by `LINES.select()`.
pub(crate) fn to_line(row: &Row) -> Result<Line, Error> {
    let line_id = row.uuid(0)?;
    let set_by: BTreeMap<String, Uuid> =
        serde_json::from_str(&row.text(7)?).map_err(|_| Error::Corrupt { id: line_id, column: "set_by" })?;
    Ok(Line {
        line_id,
        account_id: row.uuid(1)?,
        place: Place { site: row.opt_text(2)?, cost_centre: row.opt_text(3)?, user_id: row.opt_text(4)? },
        version: row.i64(5)?,
        incarnation: row.i64(6)?,
        set_by,
    })
}

/// The values of an entry in the order of `TIMELINE`.
pub(crate) fn entry_row(entry: &Entry) -> Vec<Value> {
    vec![
        entry.event_id.into(),
        entry.line_id.into(),
        entry.version.into(),
        entry.incarnation.into(),
        entry.event_type.as_str().into(),
        entry.recorded_at.as_micros().into(),
        entry.occurred_at.as_micros().into(),
        entry.actor.as_str().into(),
        entry.on_behalf_of.clone().into(),
        entry.channel.as_str().into(),
        entry.act_id.into(),
        joined(&entry.act_ids).into(),
        entry.reference.clone().into(),
        entry.reason.clone().into(),
        entry.evidence.clone().into(),
        entry.line_state.clone().into(),
        entry.line_reasons.join(" ").into(),
        entry.skipped.into(),
    ]
}

/// The entry of a row selected by `TIMELINE.select()`.
pub(crate) fn to_entry(row: &Row) -> Result<Entry, Error> {
    let event_id = row.uuid(0)?;
    let act_ids: Option<Vec<Uuid>> = row.text(11)?.split_whitespace().map(|id| id.parse().ok()).collect();
    Ok(Entry {
        event_id,
        line_id: row.uuid(1)?,
        version: row.i64(2)?,
        incarnation: row.i64(3)?,
        event_type: row.text(4)?,
        recorded_at: Timestamp::from_micros(row.i64(5)?),
        occurred_at: Timestamp::from_micros(row.i64(6)?),
        actor: row.text(7)?,
        on_behalf_of: row.opt_text(8)?,
        channel: row.text(9)?,
        act_id: row.opt_uuid(10)?,
        act_ids: act_ids.ok_or(Error::Corrupt { id: event_id, column: "act_ids" })?,
        reference: row.opt_text(12)?,
        reason: row.opt_text(13)?,
        evidence: row.opt_text(14)?,
        line_state: row.opt_text(15)?,
        line_reasons: row.text(16)?.split_whitespace().map(str::to_owned).collect(),
        skipped: row.bool(17)?,
    })
}

/// The values of an act in the order of `ACTS`.
pub(crate) fn act_row(act: &Act) -> Vec<Value> {
    let micros = |instant: Option<Timestamp>| Value::from(instant.map(Timestamp::as_micros));
    vec![
        act.act_id.into(),
        act.line_id.into(),
        act.account_id.into(),
        act.kind.as_str().into(),
        act.reason.clone().into(),
        act.reference.clone().into(),
        act.actor.as_str().into(),
        act.on_behalf_of.clone().into(),
        act.channel.as_str().into(),
        act.undoes.into(),
        act.asked_at.as_micros().into(),
        act.recorded_at.as_micros().into(),
        micros(act.confirmed_at),
        micros(act.overdue_at),
        micros(act.superseded_at),
        micros(act.lifted_at),
        act.record_only.into(),
        act.evidence.as_str().into(),
        act.state().as_str().into(),
        act.first_version.into(),
        act.last_version.into(),
    ]
}

/// The act of a row selected by `ACTS.select()`.
pub(crate) fn to_act(row: &Row) -> Result<Act, Error> {
    let act_id = row.uuid(0)?;
    let instant = |index| Ok::<_, sqlx::Error>(row.opt_i64(index)?.map(Timestamp::from_micros));
    let kind = ActKind::parse(&row.text(3)?).ok_or(Error::Corrupt { id: act_id, column: "kind" })?;
    Ok(Act {
        act_id,
        line_id: row.uuid(1)?,
        account_id: row.uuid(2)?,
        kind,
        reason: row.opt_text(4)?,
        reference: row.opt_text(5)?,
        actor: row.text(6)?,
        on_behalf_of: row.opt_text(7)?,
        channel: row.text(8)?,
        undoes: row.opt_uuid(9)?,
        asked_at: Timestamp::from_micros(row.i64(10)?),
        recorded_at: Timestamp::from_micros(row.i64(11)?),
        confirmed_at: instant(12)?,
        overdue_at: instant(13)?,
        superseded_at: instant(14)?,
        lifted_at: instant(15)?,
        record_only: row.bool(16)?,
        evidence: row.text(17)?,
        first_version: row.i64(19)?,
        last_version: row.i64(20)?,
    })
}

fn joined(ids: &[Uuid]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
