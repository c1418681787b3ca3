//! A suspension and its confirmation by the register, against the same steps called back to back without Vigie.

mod parts;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::Instant;
use vigie_clock::{Ids as _, SystemIds};
use vigie_testkit::{OsmoHlr, Scratch};

use self::parts::Parts;
use crate::acts::{self, Confirmed};
use crate::append::bare_postgres;
use crate::harness::{
    blocking, fsyncs_per_second, load, median, percentile_ms, rounded_ms, text, thousandths,
};
use crate::import::import;
use crate::report::{Better, Report, Reports, conditions};
use crate::vigie::{Lines, Person, Setup, Vigie};
use crate::{fiction, servers};

/// Lines of each contender; each is suspended and reinstated in turn.
const LINES: u64 = 32;

/// The parts' subscribers have other numbers.
const PARTS_FROM: u64 = 1_000;

/// Acts of each contender in a round: each act of one is followed by one of the other.
const ACTS: u64 = 640;
const ROUNDS: usize = 9;

/// With 16 callers, for the conditions.
const CROWD: usize = 16;
const CROWD_ROUND: Duration = Duration::from_secs(2);

pub async fn vs_parts() -> Reports {
    let scratch = Scratch::new("bench").map_err(text)?;
    let server = servers::postgres().await?;
    let (url, parts_url) =
        (servers::database(&server, "vigie").await?, servers::database(&server, "parts").await?);
    let register = Arc::new(blocking(OsmoHlr::start).await?);
    provision(&register).await?;
    let setup = Setup { postgres: Some(url.clone()), register: Some(register.clone()), ..Setup::default() };
    let vigie = Vigie::start(&scratch, &setup).await?;
    let account = SystemIds.next();
    import(&vigie.lines(Person::staff(&["operator"])).await?, account, 0..LINES).await?;
    let lines = vigie.lines(Person::manager(account)).await?;

    // Every line once there and back, so that everything is connected, prepared and read.
    for act in 0..2 * LINES {
        of_vigie(&lines, act).await?;
    }
    let payload_bytes = servers::number(
        &url,
        "SELECT avg(length(payload))::bigint FROM lines.events WHERE type NOT LIKE '%registered%'",
    )
    .await?;
    let payload_bytes = usize::try_from(payload_bytes).map_err(text)?;
    bare_postgres::create_tables(&parts_url).await.map_err(text)?;
    let mut parts = Parts::connect(&parts_url, &register, payload_bytes, 0).await?;
    for act in 0..2 * LINES {
        of_parts(&mut parts, act).await?;
    }

    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    let (mut ratios, mut fsyncs, mut pending) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let (mut ours_now, mut bare_now) = (Vec::new(), Vec::new());
        for act in 0..ACTS {
            let confirmed = of_vigie(&lines, act).await?;
            ours_now.push(confirmed.after);
            pending += u32::from(!confirmed.in_answer);
            bare_now.push(of_parts(&mut parts, act).await?);
        }
        ratios.push(thousandths(percentile_ms(&mut ours_now, 99) / percentile_ms(&mut bare_now, 99)));
        ours.append(&mut ours_now);
        bare.append(&mut bare_now);
        fsyncs.push(fsyncs_per_second(scratch.path()).map_err(text)?);
    }
    let value = percentile_ms(&mut ours, 99) / percentile_ms(&mut bare, 99);
    let crowd = crowd(&lines, &parts_url, &register, payload_bytes).await?;
    vigie.stop().await?;

    Ok(vec![Report {
        name: "suspend_vs_parts_p99",
        value,
        unit: "ratio",
        goal: 1.3,
        better: Better::Lower,
        conditions: conditions(json!({
            "acts": "SuspendLine and ReinstateLine (THEFT) in turn, by gRPC, until confirmed; one caller",
            "parts": "commit, VTY write, CTRL read, commit: one connection each, rows of the same size",
            "samples_each": ours.len(),
            "ratio_by_round": ratios,
            "ratio_p50": thousandths(percentile_ms(&mut ours, 50) / percentile_ms(&mut bare, 50)),
            "vigie_p50_ms": rounded_ms(&mut ours, 50),
            "vigie_p99_ms": rounded_ms(&mut ours, 99),
            "parts_p50_ms": rounded_ms(&mut bare, 50),
            "parts_p99_ms": rounded_ms(&mut bare, 99),
            "answered_pending": pending,
            "payload_bytes": payload_bytes,
            "callers_16": crowd,
            "fsyncs_per_s": median(fsyncs).round(),
            "engine": "PostgreSQL",
            "register": "OsmoHLR",
            "otlp": "off, as by default",
        })),
    }])
}

async fn provision(register: &Arc<OsmoHlr>) -> Result<(), String> {
    let register = register.clone();
    let numbers = (0..LINES).chain(PARTS_FROM..PARTS_FROM + LINES);
    let subscribers: Vec<_> = numbers.map(subscriber).collect();
    blocking(move || register.provision_many(subscribers)).await
}

/// IMSI, and number without "+".
fn subscriber(number: u64) -> (String, String) {
    (fiction::imsi(number), fiction::msisdn(number).trim_start_matches('+').to_owned())
}

/// The lines in turn: all suspended, then all reinstated, and so on.
fn turn(act: u64) -> (u64, bool) {
    (act % LINES, (act / LINES).is_multiple_of(2))
}

async fn of_vigie(lines: &Lines, act: u64) -> Result<Confirmed, String> {
    let (line, is_suspension) = turn(act);
    of_vigie_on(lines, line, is_suspension).await
}

async fn of_vigie_on(lines: &Lines, line: u64, is_suspension: bool) -> Result<Confirmed, String> {
    let (line, since) = (fiction::by_number(line), Instant::now());
    if is_suspension {
        acts::suspend_for_theft(lines, line, since).await
    } else {
        acts::reinstate_after_theft(lines, line, since).await
    }
}

async fn of_parts(parts: &mut Parts, act: u64) -> Result<Duration, String> {
    let (line, is_suspension) = turn(act);
    let since = Instant::now();
    parts.act(PARTS_FROM + line, is_suspension).await?;
    Ok(since.elapsed())
}

/// Both with 16 callers, each on a line of its own.
async fn crowd(
    lines: &Lines,
    parts_url: &str,
    register: &Arc<OsmoHlr>,
    payload_bytes: usize,
) -> Result<Value, String> {
    let callers = lines.clone();
    let mut ours = load(CROWD, CROWD_ROUND, move |caller, turn: u64| {
        let lines = callers.clone();
        async move { of_vigie_on(&lines, caller as u64, turn.is_multiple_of(2)).await.map(drop) }
    })
    .await?;
    let mut crowd = Vec::new();
    for number in 0..CROWD {
        // The first one's positions are taken.
        let parts = Parts::connect(parts_url, register, payload_bytes, number as i64 + 1).await?;
        crowd.push(Mutex::new(parts));
    }
    let crowd = Arc::new(crowd);
    let mut bare = load(CROWD, CROWD_ROUND, move |caller, turn: u64| {
        let crowd = crowd.clone();
        async move {
            let mut parts = crowd.get(caller).ok_or("no such caller")?.lock().await;
            parts.act(PARTS_FROM + caller as u64, turn.is_multiple_of(2)).await
        }
    })
    .await?;
    Ok(json!({
        "vigie_per_s": ours.per_second.round(),
        "vigie_p50_ms": rounded_ms(&mut ours.latencies, 50),
        "vigie_p99_ms": rounded_ms(&mut ours.latencies, 99),
        "parts_per_s": bare.per_second.round(),
        "parts_p50_ms": rounded_ms(&mut bare.latencies, 50),
        "parts_p99_ms": rounded_ms(&mut bare.latencies, 99),
    }))
}
