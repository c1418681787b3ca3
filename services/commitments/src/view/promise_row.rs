//! A case of any promise but the acts of 9.3 as a row, and back.

use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::{Row, Value};

use super::Error;
use super::row::join;
use crate::domain::promise::{Characteristic, Ended, Facts, Log, Matter, PromiseCase};
use crate::domain::{EvidenceLevel, ExclusionReason, Incident, Place};

/// The values of a case in the order of `PROMISES`.
pub(crate) fn to_row(log: Log, case: &PromiseCase) -> Vec<Value> {
    let micros = |instant: Option<Timestamp>| Value::from(instant.map(Timestamp::as_micros));
    let verdict = case.verdict();
    let PromiseCase { matter, facts, .. } = case;
    vec![
        case.case_id.into(),
        log.as_str().into(),
        case.stream_id.into(),
        matter.definition.name.into(),
        matter.definition.version.into(),
        matter.place.account_id.into(),
        matter.subject_id.into(),
        matter.place.site.clone().into(),
        matter.place.cost_centre.clone().into(),
        matter.summary.clone().into(),
        case.recorded_at.as_micros().into(),
        micros(facts.t0),
        case.counted_at().as_micros().into(),
        micros(facts.due_at),
        micros(facts.t1),
        micros(facts.failed_at),
        micros(facts.overdue_at),
        micros(facts.ended.and_then(|ended| ended.at)),
        facts.ended.map(|ended| ended.reason.as_str()).into(),
        facts.missing.into(),
        facts.unreadable.into(),
        case.is_closed().into(),
        verdict.as_str().into(),
        verdict.reason_code().into(),
        case.evidence_level.as_str().into(),
        join(&case.evidence, " ").into(),
        join(&case.incidents, "\n").into(),
    ]
}

/// The case of a row selected by `PROMISES.select()`.
pub(crate) fn to_case(row: &Row) -> Result<PromiseCase, Error> {
    let instant = |index| Ok::<_, sqlx::Error>(row.opt_i64(index)?.map(Timestamp::from_micros));
    let case_id = row.uuid(0)?;
    let corrupt = |column| Error::Corrupt { case_id, column };
    let definition =
        Characteristic::of_version(&row.text(4)?).ok_or_else(|| corrupt("definition_version"))?;
    let ended = match row.opt_text(18)? {
        Some(name) => {
            let reason = ExclusionReason::parse(&name).ok_or_else(|| corrupt("ended_reason"))?;
            Some(Ended { at: instant(17)?, reason })
        }
        None => None,
    };
    let evidence: Option<Vec<Uuid>> =
        row.text(25)?.split(' ').map(|event_id| event_id.parse().ok()).collect();
    let incidents: Option<Vec<Incident>> = row.text(26)?.lines().map(Incident::parse).collect();
    Ok(PromiseCase {
        case_id,
        stream_id: row.uuid(2)?,
        matter: Matter {
            definition,
            place: Place { account_id: row.uuid(5)?, site: row.opt_text(7)?, cost_centre: row.opt_text(8)? },
            subject_id: row.uuid(6)?,
            summary: row.text(9)?,
        },
        recorded_at: Timestamp::from_micros(row.i64(10)?),
        facts: Facts {
            t0: instant(11)?,
            due_at: instant(13)?,
            t1: instant(14)?,
            failed_at: instant(15)?,
            overdue_at: instant(16)?,
            ended,
            missing: row.bool(19)?,
            unreadable: row.bool(20)?,
        },
        evidence_level: EvidenceLevel::parse(&row.text(24)?).ok_or_else(|| corrupt("evidence_level"))?,
        evidence: evidence.ok_or_else(|| corrupt("evidence_event_ids"))?,
        incidents: incidents.ok_or_else(|| corrupt("incidents"))?,
    })
}
