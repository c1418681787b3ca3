//! How soon a restarted Vigie serves: the embedded default, its demo data being there.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};
use uuid::Uuid;
use vigie_proto::lines::{Line, LineState, ListLinesRequest};
use vigie_testkit::Scratch;

use crate::harness::{fsyncs_per_second, median, rounded_ms, text};
use crate::report::{Better, Report, Reports, conditions};
use crate::vigie::{Person, Setup, Vigie, connect, lines};
use crate::{acts, fiction};

/// Starts after the first.
const STARTS: usize = 9;

/// The first start fills itself with demo data.
const DEMO_MAX: Duration = Duration::from_secs(120);

const LINES_PER_PAGE: i32 = 1_000;

pub async fn second_start() -> Reports {
    let scratch = Scratch::new("bench").map_err(text)?;
    let setup = Setup { demo: true, ..Setup::default() };
    let first = Vigie::start(&scratch, &setup).await?;
    let demo_took = demo_is_over(first.data()).await?;
    let stolen = active_lines(&first).await?;
    let mut tokens = Vec::new();
    for line in &stolen {
        let account = Uuid::parse_str(&line.account_id).map_err(text)?;
        tokens.push(first.token(Person::manager(account)).await?);
    }
    first.stop().await?;

    let (mut served, mut listening, mut fsyncs) = (Vec::new(), Vec::new(), Vec::new());
    let mut pending = 0;
    for (line, token) in stolen.iter().zip(&tokens) {
        fsyncs.push(fsyncs_per_second(scratch.path()).map_err(text)?);
        let start = Instant::now();
        let vigie = Vigie::launch(&scratch, &setup)?;
        vigie.listens().await?;
        listening.push(start.elapsed());
        let client = lines(connect(&vigie.endpoint()).await?, token)?;
        let theft = acts::suspend_for_theft(&client, fiction::by_id(&line.line_id), start).await?;
        served.push(theft.after);
        pending += u32::from(!theft.in_answer);
        vigie.stop().await?;
    }
    Ok(vec![Report {
        name: "start_ms",
        value: median(served.iter().map(|after| after.as_secs_f64() * 1e3)),
        unit: "ms",
        goal: 1000.0,
        better: Better::Lower,
        conditions: conditions(json!({
            "case": "from exec to the answer of the first command, a theft confirmed on the simulated register; \
                     the data folder is that of the first start, after SIGTERM; files in the page cache",
            "starts": served.len(),
            "answered_pending": pending,
            "listening_p50_ms": rounded_ms(&mut listening, 50),
            "p50_ms": rounded_ms(&mut served, 50),
            "max_ms": rounded_ms(&mut served, 100),
            "first_start_with_demo_s": demo_took.as_secs_f64().round(),
            "fsyncs_per_s": median(fsyncs).round(),
            "engine": "SQLite",
        })),
    }])
}

/// The demo notes its end in the data folder, so that later starts skip it; how long that took from now.
async fn demo_is_over(data: &Path) -> Result<Duration, String> {
    let start = Instant::now();
    while start.elapsed() < DEMO_MAX {
        if std::fs::read_to_string(data.join("demo")).is_ok_and(|marker| marker.trim() == "finished") {
            return Ok(start.elapsed());
        }
        sleep(Duration::from_millis(50)).await;
    }
    Err(format!("the demo was not over after {} s", DEMO_MAX.as_secs()))
}

/// A line in service for each start to come.
async fn active_lines(vigie: &Vigie) -> Result<Vec<Line>, String> {
    let mut client = vigie.lines(Person::staff(&["operator"])).await?;
    let request = ListLinesRequest { page_size: LINES_PER_PAGE, ..ListLinesRequest::default() };
    let lines = client.list_lines(request).await.map_err(text)?.into_inner().lines;
    let active = lines.into_iter().filter(|line| line.state() == LineState::Active && line.act_id.is_empty());
    let active: Vec<_> = active.take(STARTS).collect();
    if active.len() == STARTS { Ok(active) } else { Err("the demo left no line in service".to_owned()) }
}
