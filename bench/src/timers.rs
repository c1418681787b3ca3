//! How late timers are, when very many are due within a minute.

mod alarm;

use std::collections::HashMap;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;
use uuid::Uuid;
use vigie_clock::{Clock as _, Ids as _, SystemClock, SystemIds, Timestamp};
use vigie_eventlog::{Aggregates, Checkpoint, EventLog, Location, Timers};
use vigie_testkit::Scratch;

use self::alarm::{Alarm, Event};
use crate::append::open_log;
use crate::harness::{fsyncs_per_second, percentile_ms, rounded_ms, text};
use crate::report::{Better, Report, Reports, conditions};
use crate::servers;

const TIMERS: u32 = 100_000;

/// Over which they are due, evenly.
const SPREAD: Duration = Duration::from_secs(60);

/// From the first timer set to the first one due: all are set by then, or the bench says so.
const AHEAD: Duration = Duration::from_secs(45);

/// After the last one was due.
const LATE_MAX: Duration = Duration::from_secs(60);

/// Appends at once while they are set.
const CALLERS: usize = 512;

/// Events read at once.
const READ_MAX: usize = 512;

pub async fn lateness() -> Reports {
    let server = servers::postgres().await?;
    let scratch = Scratch::new("bench").map_err(text)?;
    let url = servers::database(&server, "timers").await?;
    let log = open_log(Location::Postgres { url, schema: "alarms".to_owned() }).await?;

    let first = SystemClock.now().plus(AHEAD);
    let set = set_alarms(&log, first).await?;
    if SystemClock.now() >= first {
        return Err(format!("{TIMERS} timers were not set within {} s", AHEAD.as_secs()));
    }
    let fsyncs = fsyncs_per_second(scratch.path()).map_err(text)?;
    let running = tokio::spawn(Timers::new(Aggregates::<Alarm>::new(log.clone())).run());
    let all = tokio::time::timeout(AHEAD + SPREAD + LATE_MAX, all_rang(&log, &set));
    let Rung { mut lateness, mut recorded } =
        all.await.map_err(|_| "timers are still due a minute after the last one".to_owned())??;
    running.abort();

    Ok(vec![Report {
        name: "timer_lateness_p99_ms",
        value: percentile_ms(&mut lateness, 99),
        unit: "ms",
        goal: 1000.0,
        better: Better::Lower,
        conditions: conditions(json!({
            "case": "from the instant at which a timer is due to the moment at which a reader of the log in the same process \
                     has the event that it led to, committed; each acted exactly once",
            "timers": lateness.len(),
            "due_within_s": SPREAD.as_secs(),
            "p50_ms": rounded_ms(&mut lateness, 50),
            "p999_ms": rounded_per_mille_ms(&mut lateness, 999),
            "max_ms": rounded_ms(&mut lateness, 100),
            "recorded_at_p99_ms": rounded_ms(&mut recorded, 99),
            "fsyncs_per_s": fsyncs.round(),
            "engine": "PostgreSQL",
        })),
    }])
}

/// Nearest rank, as [`rounded_ms`], in thousandths.
fn rounded_per_mille_ms(sorted: &mut [Duration], per_mille: usize) -> f64 {
    sorted.sort_unstable();
    let rank = (sorted.len() * per_mille).div_ceil(1000).max(1) - 1;
    rounded_ms(sorted.get_mut(rank..=rank).unwrap_or_default(), 100)
}

/// Sets an alarm on each of as many new streams; when each is due.
async fn set_alarms(log: &EventLog, first: Timestamp) -> Result<HashMap<Uuid, Timestamp>, String> {
    let mut set = HashMap::with_capacity(TIMERS as usize);
    let mut appends = JoinSet::new();
    for number in 0..TIMERS {
        while appends.len() >= CALLERS {
            appends.join_next().await.ok_or("no append")?.map_err(text)??;
        }
        let (log, stream, at) = (log.clone(), SystemIds.next(), first.plus(SPREAD * number / TIMERS));
        set.insert(stream, at);
        appends.spawn(async move { log.append(alarm::set(stream, at)?).await.map(drop).map_err(text) });
    }
    while let Some(done) = appends.join_next().await {
        done.map_err(text)??;
    }
    Ok(set)
}

/// How late alarms rang.
struct Rung {
    /// When their events had arrived at a reader.
    lateness: Vec<Duration>,
    /// By the instants recorded in them, before the commit.
    recorded: Vec<Duration>,
}

/// Reads the log along until each has rung; an error if one rings before its time, or twice.
async fn all_rang(log: &EventLog, set: &HashMap<Uuid, Timestamp>) -> Result<Rung, String> {
    let mut waiting = set.clone();
    let mut rung = Rung { lateness: Vec::with_capacity(set.len()), recorded: Vec::with_capacity(set.len()) };
    let mut events = log.subscribe(Checkpoint::START);
    while !waiting.is_empty() {
        let batch = events.next_batch(READ_MAX).await.map_err(text)?;
        let arrived = SystemClock.now();
        for event in batch {
            if event.event_type != Event::RANG {
                continue;
            }
            let due = waiting.remove(&event.stream_id).ok_or("an alarm rang twice")?;
            if event.recorded_at < due {
                return Err("an alarm rang before its time".to_owned());
            }
            rung.lateness.push(arrived.since(due));
            rung.recorded.push(event.recorded_at.since(due));
        }
    }
    Ok(rung)
}
