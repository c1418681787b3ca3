//! Between the ledger's types and the contract's.

use std::time::Duration;

use vigie_chassis::error::{Error as Refusal, Reason};
use vigie_clock::Timestamp;
use vigie_proto::commitments as proto;

use crate::domain::promise::PromiseCase;
use crate::domain::{Case, Verdict};
use crate::view::AnyCase;

const MICROS_PER_SECOND: i64 = 1_000_000;

/// An instant of the contract.
pub(super) fn to_timestamp(instant: Timestamp) -> prost_types::Timestamp {
    let micros = instant.as_micros();
    let nanos = micros.rem_euclid(MICROS_PER_SECOND) * 1_000;
    prost_types::Timestamp {
        seconds: micros.div_euclid(MICROS_PER_SECOND),
        nanos: i32::try_from(nanos).unwrap_or(0),
    }
}

/// An optional instant of a request.
pub(super) fn instant(
    field: &str,
    instant: Option<prost_types::Timestamp>,
) -> Result<Option<Timestamp>, Refusal> {
    let Some(instant) = instant else { return Ok(None) };
    let valid = (0..1_000_000_000).contains(&instant.nanos);
    let micros = instant
        .seconds
        .checked_mul(MICROS_PER_SECOND)
        .and_then(|micros| micros.checked_add(i64::from(instant.nanos / 1_000)))
        .filter(|_| valid);
    match micros {
        Some(micros) => Ok(Some(Timestamp::from_micros(micros))),
        None => Err(Refusal::new(Reason::InvalidArgument, "give an instant as seconds and nanoseconds")
            .field(field, "not an instant")),
    }
}

/// A duration of the contract.
pub(super) fn to_duration(duration: Duration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(duration.subsec_nanos()).unwrap_or(0),
    }
}

/// A count of the contract.
pub(super) fn to_count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A verdict of the contract.
pub(super) fn to_verdict(verdict: Verdict) -> proto::Verdict {
    match verdict {
        Verdict::Kept => proto::Verdict::Kept,
        Verdict::Late => proto::Verdict::Late,
        Verdict::Excluded(_) => proto::Verdict::Excluded,
        Verdict::Open => proto::Verdict::Open,
        Verdict::Unmeasured(_) => proto::Verdict::Unmeasured,
    }
}

/// The stable name of the verdict that a request narrows by.
pub(super) fn verdict_name(verdict: i32) -> Result<Option<&'static str>, Refusal> {
    let asked = proto::Verdict::try_from(verdict).map_err(|_| {
        Refusal::new(Reason::InvalidArgument, "no such verdict").field("verdict", "not a verdict")
    })?;
    Ok(Verdict::ALL.into_iter().find(|verdict| to_verdict(*verdict) == asked).map(Verdict::as_str))
}

/// A case of the contract.
pub(super) fn to_case(case: &AnyCase) -> proto::Case {
    match case {
        AnyCase::Act(case) => act(case),
        AnyCase::Promise(case) => promise(case),
    }
}

fn promise(case: &PromiseCase) -> proto::Case {
    let verdict = case.verdict();
    let PromiseCase { matter, facts, .. } = case;
    proto::Case {
        case_id: case.case_id.to_string(),
        characteristic: matter.definition.name.to_owned(),
        definition_version: matter.definition.version.to_owned(),
        account_id: matter.place.account_id.to_string(),
        subject_id: matter.subject_id.to_string(),
        summary: matter.summary.clone(),
        t0: facts.t0.map(to_timestamp),
        t1: facts.t1.map(to_timestamp),
        due_at: facts.due_at.map(to_timestamp),
        verdict: to_verdict(verdict).into(),
        reason_code: verdict.reason_code().unwrap_or_default().to_owned(),
        evidence_level: case.evidence_level.as_str().to_owned(),
        evidence_event_ids: case.evidence.iter().map(ToString::to_string).collect(),
        incidents: case.incidents.iter().map(ToString::to_string).collect(),
    }
}

fn act(case: &Case) -> proto::Case {
    let verdict = case.verdict();
    let mut incidents: Vec<String> = case.incidents.iter().map(ToString::to_string).collect();
    if case.incidents_beyond > 0 {
        incidents.push(format!("{} MORE", case.incidents_beyond));
    }
    proto::Case {
        case_id: case.case_id.to_string(),
        characteristic: case.definition.characteristic.to_owned(),
        definition_version: case.definition.version.to_owned(),
        account_id: case.place.account_id.to_string(),
        subject_id: case.subject_id.to_string(),
        summary: case.summary(),
        t0: case.t0().map(to_timestamp),
        t1: case.t1().map(to_timestamp),
        due_at: case.due_at().map(to_timestamp),
        verdict: to_verdict(verdict).into(),
        reason_code: verdict.reason_code().unwrap_or_default().to_owned(),
        evidence_level: case.evidence_level.as_str().to_owned(),
        evidence_event_ids: case.evidence.iter().map(ToString::to_string).collect(),
        incidents,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_survive_the_contract_also_before_1970() {
        for micros in [0, 1, -1, 1_795_325_246_000_120, -1_000_001] {
            let there = to_timestamp(Timestamp::from_micros(micros));
            assert_eq!(instant("from", Some(there)).unwrap(), Some(Timestamp::from_micros(micros)));
        }
        let garbage = prost_types::Timestamp { seconds: i64::MAX, nanos: 0 };
        assert_eq!(instant("from", Some(garbage)).unwrap_err().reason(), Reason::InvalidArgument);
    }

    #[test]
    fn every_verdict_can_be_asked_for() {
        for verdict in Verdict::ALL {
            assert_eq!(verdict_name(to_verdict(verdict).into()).unwrap(), Some(verdict.as_str()));
        }
        assert_eq!(verdict_name(0).unwrap(), None);
        assert_eq!(verdict_name(99).unwrap_err().reason(), Reason::InvalidArgument);
    }
}
