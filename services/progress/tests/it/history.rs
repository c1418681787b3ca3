//! Random histories, and what became of their acts computed a second time by other means.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use rand::Rng;
use serde_json::{Value, json};
use uuid::Uuid;
use vigie_eventlog::RecordedEvent;
use vigie_progress::{ActFilter, Sight};
use vigie_viewkit::{ACCOUNT, Engine, MemoryLog, Partitions, Script, Turn, uuid};

use crate::support::House;

/// A history of some lines: suspensions, repeats, crossings, drift, silence of the register, types of tomorrow, and now
/// and then something that nobody can read.
pub(crate) fn history(seed: u64, steps: usize) -> Script {
    vigie_viewkit::history(seed, steps, |script, turn| {
        let Turn { line, act, waiting, acts, rng, .. } = turn;
        match turn.roll {
            48..=74 if !waiting.is_empty() => {
                let done = std::mem::take(waiting);
                match rng.random_range(0..3) {
                    0 => script.opened(line, &done),
                    1 => script.confirm_with(line, &done, false, "SIMULATED"),
                    _ => script.barred(line, &done),
                }
            }
            88..=89 => script.raw(line, "seen_from_tomorrow.v1", acts.last().copied(), b"{}".to_vec()),
            90 => {
                acts.push(act);
                script.ask(line, "sim_replacement_requested", act)
            }
            91 if rng.random_bool(0.2) => script.raw(line, "confirmation_overdue.v1", None, b"[".to_vec()),
            92 if rng.random_bool(0.2) => {
                script.raw(line, "suspension_requested.v1", Some(act), b"\"\"".to_vec())
            }
            _ => script.register(line),
        }
    })
}

/// The state of every act and the number of entries of every line, from the raw events, sharing nothing with the view's
/// code.
fn expected(events: &[RecordedEvent]) -> (BTreeMap<Uuid, &'static str>, BTreeMap<Uuid, usize>) {
    let mut streams: BTreeMap<Uuid, Vec<(&str, Value)>> = BTreeMap::new();
    let mut parked = std::collections::BTreeSet::new();
    for event in events {
        let name = event.event_type.strip_prefix("vigie.line.").unwrap().strip_suffix(".v1").unwrap();
        let body = serde_json::from_slice::<Value>(&event.payload).ok().filter(Value::is_object);
        match body {
            _ if parked.contains(&event.stream_id) => {}
            Some(body) => streams.entry(event.stream_id).or_default().push((name, body)),
            None => {
                parked.insert(event.stream_id);
            }
        }
    }
    let mut states = BTreeMap::new();
    for stream in streams.values() {
        for (index, (name, body)) in stream.iter().enumerate() {
            let Some(act) = body["act_id"].as_str().filter(|_| body["received_at"].is_string()) else {
                continue;
            };
            let names = |event: &Value, list: &str, key: Option<&str>| {
                event[list].as_array().is_some_and(|all| {
                    all.iter().any(|it| key.map_or(it, |key| &it[key]).as_str() == Some(act))
                })
            };
            let later = &stream[index + 1..];
            let set_anew = |upto: usize| {
                later[..upto]
                    .iter()
                    .any(|(name, it)| *name == "suspension_requested" && it["reason"] == body["reason"])
            };
            let lifts = |(at, (name, it)): (usize, &(&str, Value))| {
                matches!(*name, "reinstatement_requested" | "suspension_reason_lifted")
                    && it["reason"] == body["reason"]
                    && !set_anew(at)
            };
            let is_superseded = later.iter().any(|(_, it)| names(it, "supersedes", None));
            let is_lifted = *name == "suspension_requested" && later.iter().enumerate().any(lifts);
            let is_confirmed = later.iter().any(|(_, it)| names(it, "acts", Some("act_id")));
            let is_overdue =
                later.iter().any(|(name, it)| *name == "confirmation_overdue" && it["act_id"] == act);
            let state = if is_superseded {
                "SUPERSEDED"
            } else if is_lifted {
                "LIFTED"
            } else if is_confirmed {
                "CONFIRMED"
            } else if *name == "suspension_reason_lifted" {
                "RECORDED"
            } else if is_overdue {
                "OVERDUE"
            } else {
                "PENDING"
            };
            states.insert(act.parse().unwrap(), state);
        }
    }
    (states, streams.into_iter().map(|(line, entries)| (line, entries.len())).collect())
}

async fn agrees_with_the_second_reckoning(house: &House, script: &Script) {
    let (states, lengths) = expected(&script.events);
    let filter =
        ActFilter { sight: Sight::Everything, line_id: None, account_id: Some(ACCOUNT), state: None };
    let (acts, _) = house.progress.acts(&filter, None, 100_000).await.unwrap();
    let found: BTreeMap<_, _> = acts.iter().map(|act| (act.act_id, act.state().as_str())).collect();
    assert_eq!(found, states);
    for (line, length) in lengths {
        let entries = house.entries(line).await;
        assert_eq!(entries.len(), length, "line {line}");
        assert!(entries.iter().map(|entry| entry.version).eq(1..=length as i64));
    }
}

#[test]
fn every_state_and_a_parked_line_occur_in_such_histories() {
    let (states, _) = expected(&history(1, 3_000).events);
    let seen: std::collections::BTreeSet<_> = states.values().collect();
    assert_eq!(seen.len(), 6, "{seen:?}");
    let whole: usize = expected(&history(1, 3_000).events).1.values().sum();
    assert!(whole < 3_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_history_in_any_order_of_its_streams_leaves_the_acts_where_their_own_stream_does(seed in any::<u64>()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let script = history(seed, 250);
            let log = MemoryLog::of(&script.events);
            let house = House::open(Engine::Sqlite, Arc::new(Partitions { log, seed })).await;
            house.catch_up(script.head()).await;
            agrees_with_the_second_reckoning(&house, &script).await;
        });
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_reckons_the_same() {
    let script = history(77, 1_500);
    let house = House::fed(Engine::Postgres, &script).await;
    agrees_with_the_second_reckoning(&house, &script).await;
}

#[test]
fn the_second_reckoning_is_not_empty_handed() {
    let script = Script::new().suspend(uuid(1), uuid(2), "LOSS", &[]).event(
        uuid(1),
        "suspension_confirmed",
        None,
        json!({"acts": [{"act_id": uuid(2)}]}),
    );
    let (states, lengths) = expected(&script.events);
    assert_eq!(states, BTreeMap::from([(uuid(2), "CONFIRMED")]));
    assert_eq!(lengths, BTreeMap::from([(uuid(1), 2)]));
}
