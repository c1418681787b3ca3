//! Random histories, and the result computed a second time by other means.

use std::collections::BTreeMap;
use std::time::Duration;

use proptest::prelude::*;
use rand::Rng;
use serde_json::{Value, json};
use uuid::Uuid;
use vigie_commitments::domain::{Case, Docket, Indicator, LOSS_OR_THEFT, Percentile, Verdict};
use vigie_commitments::read;
use vigie_eventlog::RecordedEvent;
use vigie_viewkit::{START, Script, Turn};

use crate::support::ledger_of;

/// A history of some lines: thefts, repeats, crossings, drift, silence of the register, and now and then something
/// that nobody can read.
pub(crate) fn history(seed: u64, steps: usize) -> Script {
    vigie_viewkit::history(seed, steps, |script, turn| {
        let Turn { line, act, reason, waiting, rng, .. } = turn;
        match turn.roll {
            48..=74 if !waiting.is_empty() => {
                let done = std::mem::take(waiting);
                match rng.random_range(0..12) {
                    0 => script.event(line, "suspension_confirmed", None, json!({"acts": acts_of(&done)})),
                    1 => script.confirm_with(line, &done, false, "SIMULATED"),
                    2..=5 => script.opened(line, &done),
                    _ => script.barred(line, &done),
                }
            }
            88..=89 => script.raw(line, "seen_from_tomorrow.v1", None, b"{}".to_vec()),
            90 => {
                // T0 is missing.
                let fields = json!({"act_id": act, "reason": reason});
                waiting.push(act);
                script.event(line, "suspension_requested", Some(act), fields)
            }
            91 if rng.random_bool(0.3) => script.raw(line, "confirmation_overdue.v1", None, b"[".to_vec()),
            92 if rng.random_bool(0.3) => {
                script.raw(line, "suspension_requested.v1", Some(act), b"\"\"".to_vec())
            }
            _ => script.register(line),
        }
    })
}

fn acts_of(acts: &[Uuid]) -> Value {
    acts.iter().map(|act| json!({"act_id": act})).collect()
}

/// The same result, act by act from the raw events, sharing nothing with the ledger's code.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Expected {
    acts: u64,
    kept: u64,
    late: u64,
    excluded: BTreeMap<&'static str, u64>,
    open: u64,
    unmeasured: BTreeMap<&'static str, u64>,
    p95_micros: Option<i64>,
}

struct Seen<'a> {
    event: &'a RecordedEvent,
    name: &'a str,
    body: Option<Value>,
}

pub(crate) fn expected(events: &[RecordedEvent]) -> Expected {
    let mut streams: BTreeMap<Uuid, Vec<Seen<'_>>> = BTreeMap::new();
    for event in events {
        let name = event.event_type.strip_prefix("vigie.line.").unwrap().strip_suffix(".v1").unwrap();
        let body = serde_json::from_slice::<Value>(&event.payload).ok().filter(Value::is_object);
        streams.entry(event.stream_id).or_default().push(Seen { event, name, body });
    }
    let mut result = Expected::default();
    let mut durations = Vec::new();
    for stream in streams.values() {
        let unreadable = stream.iter().position(|seen| seen.body.is_none()).unwrap_or(usize::MAX);
        for (index, asked) in stream.iter().enumerate() {
            let way = match asked.name {
                "suspension_requested" => "S",
                "reinstatement_requested" => "R",
                "suspension_reason_lifted" => "L",
                _ => continue,
            };
            let Some(body) = &asked.body else {
                result.acts += 1;
                *result.unmeasured.entry("EVIDENCE_UNREADABLE").or_default() += 1;
                continue;
            };
            if body["reason"] != "LOSS" && body["reason"] != "THEFT" {
                continue;
            }
            result.acts += 1;
            if way == "L" {
                *result.excluded.entry("OTHER_REASONS_REMAIN").or_default() += 1;
                continue;
            }
            let act = &body["act_id"];
            let readable = || stream.iter().take(unreadable).skip(index + 1);
            let confirmed = readable().find(|seen| {
                seen.name.ends_with("_confirmed") && names(seen, "acts").any(|entry| &entry["act_id"] == act)
            });
            let superseded = readable().find(|seen| names(seen, "supersedes").any(|other| other == act));
            let first_end =
                [confirmed, superseded].into_iter().flatten().min_by_key(|seen| seen.event.position);
            let overdue = readable()
                .take_while(|seen| first_end.is_none_or(|end| seen.event.position < end.event.position))
                .any(|seen| {
                    seen.name == "confirmation_overdue" && &seen.body.as_ref().unwrap()["act_id"] == act
                });
            let t0 = body["received_at"].as_str().map(|text| text.parse::<rfc3339::Micros>().unwrap().0);
            let end_at = first_end.map(|seen| seen.event.recorded_at.as_micros());
            let is_confirmed = first_end.is_some_and(|seen| seen.name.ends_with("_confirmed"));
            let good_read_back = first_end.and_then(|seen| {
                let body = seen.body.as_ref()?;
                Some(body["cs"].as_bool()? == (way == "R") && body["ps"].as_bool()? == (way == "R"))
            });
            let t1 = end_at.filter(|_| is_confirmed && good_read_back == Some(true));
            let duration = t0.zip(t1).map(|(t0, t1)| t1 - t0);
            if overdue {
                result.late += 1;
                durations.push(duration.unwrap_or(i64::MAX));
            } else if index > unreadable || (first_end.is_none() && unreadable != usize::MAX) {
                *result.unmeasured.entry("EVIDENCE_UNREADABLE").or_default() += 1;
            } else if t0.is_none() || (is_confirmed && good_read_back.is_none()) {
                *result.unmeasured.entry("EVIDENCE_MISSING").or_default() += 1;
            } else if is_confirmed && good_read_back == Some(false) {
                *result.unmeasured.entry("EVIDENCE_CONTRADICTORY").or_default() += 1;
            } else if let Some(duration) = duration {
                if duration <= 60_000_000 {
                    result.kept += 1;
                } else {
                    result.late += 1;
                }
                durations.push(duration);
            } else if let (Some(end), Some(t0)) = (end_at, t0) {
                if end - t0 < 60_000_000 {
                    *result.excluded.entry("SUPERSEDED").or_default() += 1;
                } else {
                    result.late += 1;
                    durations.push(i64::MAX);
                }
            } else {
                result.open += 1;
            }
        }
    }
    durations.sort_unstable();
    // The smallest duration that at least 95 % of all are not above.
    let enough = |candidate: &&i64| {
        let not_above = durations.iter().filter(|other| other <= candidate).count();
        not_above * 100 >= durations.len() * 95
    };
    result.p95_micros = durations.iter().find(enough).copied();
    result
}

fn names<'a>(seen: &'a Seen<'_>, field: &str) -> impl Iterator<Item = &'a Value> {
    seen.body.as_ref().and_then(|body| body[field].as_array()).into_iter().flatten()
}

/// RFC 3339 by hand, for the year of the tests only.
mod rfc3339 {
    pub(super) struct Micros(pub(super) i64);

    impl std::str::FromStr for Micros {
        type Err = std::num::ParseIntError;

        fn from_str(text: &str) -> Result<Self, Self::Err> {
            let number = |range: std::ops::Range<usize>| text[range].parse::<i64>();
            assert!(text.starts_with("2026-11-") && text.ends_with('Z') && text.len() == 27, "{text}");
            // 2026-11-01T00:00:00Z
            let month = 1_793_491_200;
            let seconds = month
                + (number(8..10)? - 1) * 86_400
                + number(11..13)? * 3_600
                + number(14..16)? * 60
                + number(17..19)?;
            Ok(Self(seconds * 1_000_000 + number(20..26)?))
        }
    }
}

/// The ledger's result in the terms of the second calculation.
pub(crate) fn measured(indicator: &Indicator) -> Expected {
    let tally = &indicator.tally;
    let code = |verdict: Verdict| verdict.reason_code().unwrap();
    Expected {
        acts: tally.population(),
        kept: tally.kept,
        late: tally.late,
        excluded: tally
            .excluded
            .iter()
            .map(|(reason, cases)| (code(Verdict::Excluded(*reason)), *cases))
            .collect(),
        open: tally.open,
        unmeasured: tally
            .unmeasured
            .iter()
            .map(|(reason, cases)| (code(Verdict::Unmeasured(*reason)), *cases))
            .collect(),
        p95_micros: match indicator.p95 {
            Percentile::NotMeasurable => None,
            Percentile::Of(duration) => Some(duration.as_micros() as i64),
            Percentile::Unbounded => Some(i64::MAX),
        },
    }
}

#[tokio::test]
async fn a_second_calculation_by_other_means_finds_the_same_result() {
    let mut met = Expected::default();
    for seed in 0..12 {
        let script = history(seed, 1_200);
        let ledger = ledger_of(&script).await;
        let indicator = ledger.indicator().await;
        let expected = expected(&script.events);
        assert_eq!(measured(&indicator), expected, "seed {seed}");
        assert_eq!(Indicator::of(&ledger.cases().await), indicator, "seed {seed}: in SQL and in Rust");
        met.kept += expected.kept;
        met.late += expected.late;
        met.open += expected.open;
        met.excluded.extend(expected.excluded);
        met.unmeasured.extend(expected.unmeasured);
    }
    // Histories that never meet a verdict would prove nothing about it.
    assert!(met.kept > 0 && met.late > 0 && met.open > 0, "{met:?}");
    assert_eq!((met.excluded.len(), met.unmeasured.len()), (2, 3), "{met:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Population = kept + late + excluded + open + unmeasured, at every moment of every history: each act of the
    /// population is counted once, whatever happens to it.
    #[test]
    fn the_population_is_whole_after_each_event(seed in any::<u64>(), steps in 1_usize..300) {
        let script = history(seed, steps);
        let mut dockets: BTreeMap<Uuid, Docket> = BTreeMap::new();
        for upto in 1..=script.events.len() {
            let event = &script.events[upto - 1];
            let docket =
                dockets.entry(event.stream_id).or_insert_with(|| Docket::new(event.stream_id));
            docket
                .record(&LOSS_OR_THEFT, read(event))
                .unwrap();
            let cases: Vec<&Case> = dockets.values().flat_map(Docket::cases).collect();
            let indicator = Indicator::of(cases.iter().copied());
            let tally = &indicator.tally;
            let sum = tally.kept + tally.late + tally.excluded() + tally.open + tally.unmeasured();
            prop_assert_eq!(sum, cases.len() as u64);
            prop_assert_eq!(tally.population(), sum);
            if upto == script.events.len() {
                prop_assert_eq!(measured(&indicator), expected(&script.events));
            }
        }
    }

    /// A redelivered event changes nothing, and a missing one is noticed.
    #[test]
    fn repeats_change_nothing_and_gaps_are_refused(seed in any::<u64>(), back in 1_usize..20) {
        let events = history(seed, 200).events;
        let Some(line) = events.first().map(|event| event.stream_id) else { return Ok(()) };
        let stream: Vec<_> = events.iter().filter(|event| event.stream_id == line).collect();
        let definition = &LOSS_OR_THEFT;
        let mut docket = Docket::new(line);
        for (index, event) in stream.iter().enumerate() {
            docket.record(definition, read(event)).unwrap();
            let before = docket.clone();
            for repeat in &stream[index.saturating_sub(back)..=index] {
                docket.record(definition, read(repeat)).unwrap();
            }
            prop_assert_eq!(&docket, &before);
            if let Some(after_next) = stream.get(index + 2) {
                prop_assert!(docket.record(definition, read(after_next)).is_err());
                prop_assert_eq!(&docket, &before);
            }
        }
    }
}

#[test]
fn durations_are_read_alike() {
    let micros = "2026-11-23T03:00:00.000120Z".parse::<rfc3339::Micros>().unwrap().0;
    assert_eq!(micros, START.as_micros() + Duration::from_micros(120).as_micros() as i64);
}
