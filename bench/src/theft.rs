//! A stolen phone while an inventory is imported and thousands of other commands wait for the register.

mod backlog;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use vigie_clock::{Ids as _, SystemIds};
use vigie_testkit::{OsmoHlr, Scratch};

use self::backlog::Backlog;
use crate::acts::{self, Confirmed};
use crate::harness::{blocking, fsyncs_per_second, percentile_ms, rounded_ms, text, thousandths};
use crate::import::import;
use crate::report::{Better, Report, Reports, conditions};
use crate::vigie::{Lines, Person, Setup, Vigie};
use crate::{fiction, servers};

/// Commands that wait for the register as long as is measured, at least.
const PENDING: u64 = 10_000;

/// Lines that these commands are for.
const BACKLOG_LINES: Range<u64> = 0..20_000;

/// Lines that are stolen before there is any load, and under it; each once.
const IDLE_THEFTS: Range<u64> = 20_000..20_200;
const FIRST_THEFT: u64 = 20_200;
const THEFTS: Range<u64> = 20_201..27_000;

/// What the register knows, and what is imported beforehand.
const PROVISIONED: Range<u64> = 0..27_000;

/// What is imported while is measured.
const IMPORTED: Range<u64> = 100_000..200_000;

/// Thefts come whether the one before is answered or not.
const THEFT_EVERY: Duration = Duration::from_millis(10);

pub async fn under_load() -> Reports {
    let scratch = Scratch::new("bench").map_err(text)?;
    let server = servers::postgres().await?;
    let url = servers::database(&server, "vigie").await?;
    let register = Arc::new(blocking(OsmoHlr::start).await?);
    provision(&register).await?;
    let setup = Setup { postgres: Some(url), register: Some(register.clone()), ..Setup::default() };
    let vigie = Arc::new(Vigie::start(&scratch, &setup).await?);
    let account = SystemIds.next();
    let inventory = vigie.lines(Person::staff(&["operator"])).await?;
    import(&inventory, account, PROVISIONED).await?;
    let manager = vigie.lines(Person::manager(account)).await?;
    let idle = thefts(&manager, IDLE_THEFTS, &AtomicBool::new(false), || ()).await?;

    let fsyncs_before = fsyncs_per_second(scratch.path()).map_err(text)?;
    let fleet = vigie.lines(Person::manager(account)).await?;
    let backlog = Arc::new(Backlog::new(fleet, BACKLOG_LINES, vigie.clone()).await?);
    backlog.build_up(&register, PENDING).await?;
    // The register is back once a theft goes through.
    backlog.also_asked(1);
    acts::suspend_for_theft(&manager, fiction::by_number(FIRST_THEFT), Instant::now()).await?;

    let is_over = Arc::new(AtomicBool::new(false));
    let keeping = tokio::spawn(backlog.clone().keep(PENDING, is_over.clone()));
    let stealing = {
        let (manager, is_over, backlog) = (manager.clone(), is_over.clone(), backlog.clone());
        tokio::spawn(async move { thefts(&manager, THEFTS, &is_over, move || backlog.also_asked(1)).await })
    };
    let imported = import(&inventory, account, IMPORTED).await;
    is_over.store(true, Ordering::Relaxed);
    let stolen = stealing.await.map_err(text)??;
    let pending = keeping.await.map_err(text)??;
    let imported = imported?;
    let fsyncs_after = fsyncs_per_second(scratch.path()).map_err(text)?;

    let mut after: Vec<_> = stolen.iter().map(|theft| theft.after).collect();
    Ok(vec![Report {
        name: "theft_p99_ms_under_load",
        value: percentile_ms(&mut after, 99),
        unit: "ms",
        goal: 1000.0,
        better: Better::Lower,
        conditions: conditions(json!({
            "case": "from the moment a theft is due until it is confirmed on OsmoHLR, also where the answer was \
                     \"accepted, pending\"; measured from the start to the end of the import, or to the last of 6,799 lines to steal",
            "backlog": "OTHER set and lifted on 20,000 lines in turn: built up while the register stood still \
                        (SIGSTOP), then kept up by new commands while it works them off",
            "pending_at_start": pending.at_start,
            "pending_min": pending.min,
            "pending_max": pending.max,
            "register_worked_off_per_s": pending.worked_off_per_s.round(),
            "import": { "lines": imported.lines, "s": thousandths(imported.took.as_secs_f64()), "per_s": imported.per_second().round() },
            "thefts": summary(&stolen),
            "thefts_without_load": summary(&idle),
            "thefts_due_every_ms": THEFT_EVERY.as_millis() as u64,
            "fsyncs_per_s": [fsyncs_before.round(), fsyncs_after.round()],
            "engine": "PostgreSQL",
            "register": "OsmoHLR",
            "otlp": "off, as by default",
        })),
    }])
}

async fn provision(register: &Arc<OsmoHlr>) -> Result<(), String> {
    let register = register.clone();
    let subscribers = PROVISIONED
        .map(|number| (fiction::imsi(number), fiction::msisdn(number).trim_start_matches('+').to_owned()));
    blocking(move || register.provision_many(subscribers)).await
}

/// One theft after another at fixed instants, each on a line of its own, until `is_over` or no line is left. Each is
/// timed from its instant, so that a wait in front of it counts; `count` is told of each when it is confirmed.
async fn thefts(
    manager: &Lines,
    lines: Range<u64>,
    is_over: &AtomicBool,
    count: impl Fn() + Clone + Send + 'static,
) -> Result<Vec<Confirmed>, String> {
    let mut under_way = JoinSet::new();
    let mut due = Instant::now();
    for line in lines {
        sleep_until(due).await;
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let (manager, count, since) = (manager.clone(), count.clone(), due);
        under_way.spawn(async move {
            let confirmed = acts::suspend_for_theft(&manager, fiction::by_number(line), since).await;
            count();
            confirmed
        });
        due += THEFT_EVERY;
    }
    under_way.join_all().await.into_iter().collect()
}

fn summary(thefts: &[Confirmed]) -> Value {
    let mut after: Vec<_> = thefts.iter().map(|theft| theft.after).collect();
    json!({
        "count": thefts.len(),
        "p50_ms": rounded_ms(&mut after, 50),
        "p99_ms": rounded_ms(&mut after, 99),
        "max_ms": rounded_ms(&mut after, 100),
        "answered_pending": thefts.iter().filter(|theft| !theft.in_answer).count(),
    })
}
