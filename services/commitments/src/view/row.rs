//! A case as a row, and back.

use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::{Row, Value};

use super::Error;
use crate::domain::{
    Act, ActKind, Case, Confirmation, Definition, EvidenceLevel, Facts, Incident, Place, ReadBack,
    SuspensionReason,
};

/// The values of a case in the order of `CASES`.
pub(crate) fn to_row(case: &Case) -> Vec<Value> {
    let micros = |instant: Option<Timestamp>| Value::from(instant.map(Timestamp::as_micros));
    let verdict = case.verdict();
    let facts = &case.facts;
    vec![
        case.case_id.into(),
        case.definition.characteristic.into(),
        case.definition.version.into(),
        case.place.account_id.into(),
        case.subject_id.into(),
        case.place.site.clone().into(),
        case.place.cost_centre.clone().into(),
        case.act.map(|act| act.kind.as_str()).into(),
        case.act.map(|act| act.reason.as_str()).into(),
        facts.recorded_at.as_micros().into(),
        micros(facts.t0),
        case.counted_at().as_micros().into(),
        micros(facts.confirmation.map(|confirmation| confirmation.at)),
        facts.confirmation.map(|confirmation| read_back_name(confirmation.read_back)).into(),
        micros(case.t1()),
        micros(facts.overdue_at),
        micros(facts.superseded_at),
        facts.other_reasons_remain.into(),
        facts.unreadable.into(),
        facts.is_closed().into(),
        verdict.as_str().into(),
        verdict.reason_code().into(),
        case.evidence_level.as_str().into(),
        join(&case.evidence, " ").into(),
        join(&case.incidents, "\n").into(),
        case.incidents_beyond.into(),
    ]
}

/// The case of a row selected by `CASES.select()`.
pub(crate) fn to_case(row: &Row) -> Result<Case, Error> {
    let instant = |index| Ok::<_, sqlx::Error>(row.opt_i64(index)?.map(Timestamp::from_micros));
    let case_id = row.uuid(0)?;
    let corrupt = |column| Error::Corrupt { case_id, column };

    let definition = Definition::of_version(&row.text(2)?).ok_or_else(|| corrupt("definition_version"))?;
    let act = match (row.opt_text(7)?, row.opt_text(8)?) {
        (Some(kind), Some(reason)) => Some(Act {
            kind: ActKind::parse(&kind).ok_or_else(|| corrupt("act_kind"))?,
            reason: SuspensionReason::parse(&reason),
        }),
        _ => None,
    };
    let confirmation = match (instant(12)?, row.opt_text(13)?) {
        (Some(at), Some(name)) => {
            Some(Confirmation { at, read_back: read_back(&name).ok_or_else(|| corrupt("read_back"))? })
        }
        _ => None,
    };
    let evidence: Option<Vec<Uuid>> =
        row.text(23)?.split(' ').map(|event_id| event_id.parse().ok()).collect();
    let incidents: Option<Vec<Incident>> = row.text(24)?.lines().map(Incident::parse).collect();
    Ok(Case {
        case_id,
        definition,
        subject_id: row.uuid(4)?,
        place: Place { account_id: row.uuid(3)?, site: row.opt_text(5)?, cost_centre: row.opt_text(6)? },
        act,
        facts: Facts {
            recorded_at: Timestamp::from_micros(row.i64(9)?),
            t0: instant(10)?,
            confirmation,
            overdue_at: instant(15)?,
            superseded_at: instant(16)?,
            other_reasons_remain: row.bool(17)?,
            unreadable: row.bool(18)?,
        },
        evidence_level: EvidenceLevel::parse(&row.text(22)?).ok_or_else(|| corrupt("evidence_level"))?,
        evidence: evidence.ok_or_else(|| corrupt("evidence_event_ids"))?,
        incidents: incidents.ok_or_else(|| corrupt("incidents"))?,
        incidents_beyond: row.i64(25)?,
    })
}

const READ_BACKS: [ReadBack; 3] = [ReadBack::AsAsked, ReadBack::Missing, ReadBack::Otherwise];

const fn read_back_name(read_back: ReadBack) -> &'static str {
    match read_back {
        ReadBack::AsAsked => "AS_ASKED",
        ReadBack::Missing => "MISSING",
        ReadBack::Otherwise => "OTHERWISE",
    }
}

fn read_back(name: &str) -> Option<ReadBack> {
    READ_BACKS.into_iter().find(|read_back| read_back_name(*read_back) == name)
}

pub(super) fn join(items: &[impl ToString], separator: &str) -> String {
    items.iter().map(ToString::to_string).collect::<Vec<_>>().join(separator)
}
