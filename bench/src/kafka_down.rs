//! Suspensions with Kafka dead, against the same with Kafka alive: commands never wait for it.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;
use vigie_clock::{Ids as _, SystemIds};
use vigie_testkit::{Kafka, OsmoHlr, Scratch};

use crate::harness::{blocking, fsyncs_per_second, median, percentile_ms, rounded_ms, text, thousandths};
use crate::import::import;
use crate::report::{Better, Report, Reports, conditions};
use crate::vigie::{Lines, Person, Setup, Vigie};
use crate::{acts, fiction, servers};

/// Each is suspended and reinstated in turn.
const LINES: u64 = 32;

/// Acts while the broker lives, and again while it is dead.
const ACTS: u64 = 640;

/// Deaths of the broker.
const ROUNDS: usize = 5;

/// Beyond the producer's delivery timeout, so that the relay has met the death before anything is measured.
const DEAD_FOR_A_WHILE: Duration = Duration::from_secs(4);

/// For the relay to carry what waited.
const ALIVE_AGAIN: Duration = Duration::from_secs(4);

pub async fn suspend() -> Reports {
    let scratch = Scratch::new("bench").map_err(text)?;
    let server = servers::postgres().await?;
    let url = servers::database(&server, "vigie").await?;
    let register = Arc::new(blocking(OsmoHlr::start).await?);
    provision(&register).await?;
    let kafka = Arc::new(blocking(Kafka::start_for_bench).await?);
    let setup = Setup {
        postgres: Some(url),
        register: Some(register.clone()),
        brokers: Some(kafka.bootstrap()),
        ..Setup::default()
    };
    let vigie = Vigie::start(&scratch, &setup).await?;
    let account = SystemIds.next();
    import(&vigie.lines(Person::staff(&["operator"])).await?, account, 0..LINES).await?;
    let lines = vigie.lines(Person::manager(account)).await?;
    acts_of(&lines).await?;

    let (mut alive, mut dead, mut ratios, mut fsyncs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let mut alive_now = acts_of(&lines).await?;
        broker(&kafka, Kafka::kill).await?;
        tokio::time::sleep(DEAD_FOR_A_WHILE).await;
        let mut dead_now = acts_of(&lines).await?;
        broker(&kafka, Kafka::restart).await?;
        tokio::time::sleep(ALIVE_AGAIN).await;
        ratios.push(thousandths(percentile_ms(&mut dead_now, 99) / percentile_ms(&mut alive_now, 99)));
        alive.append(&mut alive_now);
        dead.append(&mut dead_now);
        fsyncs.push(fsyncs_per_second(scratch.path()).map_err(text)?);
    }
    vigie.stop().await?;

    Ok(vec![Report {
        name: "suspend_p99_kafka_down",
        value: percentile_ms(&mut dead, 99) / percentile_ms(&mut alive, 99),
        unit: "ratio",
        goal: 1.2,
        better: Better::Lower,
        conditions: conditions(json!({
            "acts": "SuspendLine and ReinstateLine (THEFT) in turn, by gRPC, until confirmed; one caller",
            "samples_each": alive.len(),
            "deaths": "SIGKILL of the only broker",
            "ratio_by_round": ratios,
            "alive_p50_ms": rounded_ms(&mut alive, 50),
            "alive_p99_ms": rounded_ms(&mut alive, 99),
            "dead_p50_ms": rounded_ms(&mut dead, 50),
            "dead_p99_ms": rounded_ms(&mut dead, 99),
            "fsyncs_per_s": median(fsyncs).round(),
            "engine": "PostgreSQL",
            "register": "OsmoHLR",
        })),
    }])
}

/// How long each of so many acts took.
async fn acts_of(lines: &Lines) -> Result<Vec<Duration>, String> {
    let mut took = Vec::new();
    for act in 0..ACTS {
        let (line, since) = (fiction::by_number(act % LINES), Instant::now());
        let confirmed = match (act / LINES).is_multiple_of(2) {
            true => acts::suspend_for_theft(lines, line, since).await?,
            false => acts::reinstate_after_theft(lines, line, since).await?,
        };
        took.push(confirmed.after);
    }
    Ok(took)
}

async fn broker(
    kafka: &Arc<Kafka>,
    deed: fn(&Kafka) -> Result<(), vigie_testkit::Error>,
) -> Result<(), String> {
    let kafka = kafka.clone();
    blocking(move || deed(&kafka)).await
}

async fn provision(register: &Arc<OsmoHlr>) -> Result<(), String> {
    let register = register.clone();
    let subscribers: Vec<_> = (0..LINES)
        .map(|number| (fiction::imsi(number), fiction::msisdn(number).trim_start_matches('+').to_owned()))
        .collect();
    blocking(move || register.provision_many(subscribers)).await
}
