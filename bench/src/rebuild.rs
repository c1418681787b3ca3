//! The progress view computed anew from the log, against a bare scan of the same rows.

use std::sync::Arc;

use serde_json::{Value, json};
use sqlx::{Connection as _, PgConnection, Row as _};
use tokio::time::Instant;
use tokio_stream::StreamExt as _;
use vigie_clock::{Ids as _, SystemClock, SystemIds};
use vigie_eventlog::Location;
use vigie_eventlog::view::Step;
use vigie_progress::Progress;

use crate::append::open_log;
use crate::golden::{self, Golden};
use crate::harness::{median, text, thousandths};
use crate::report::{Better, Report, Reports, conditions};
use crate::servers;

/// A line's life: registered, stolen, barred, found again, reinstated.
const LIFE: [Golden; 5] = [
    golden::REGISTERED,
    golden::SUSPENSION_REQUESTED,
    golden::SUSPENSION_CONFIRMED,
    golden::REINSTATEMENT_REQUESTED,
    golden::REINSTATEMENT_CONFIRMED,
];

const LINES: usize = 12_000;
const ROUNDS: usize = 4;

pub async fn vs_scan() -> Reports {
    let server = servers::postgres().await?;
    let url = servers::database(&server, "vigie").await?;
    let at = |schema: &str| Location::Postgres { url: url.clone(), schema: schema.to_owned() };
    let log = open_log(at("lines")).await?;
    let life = |line| golden::append(line, &LIFE, &[SystemIds.next(), SystemIds.next(), SystemIds.next()]);
    golden::fill(&log, LINES, life).await?;

    let options = vigie_progress::Options::new(at("progress"));
    let progress =
        Progress::open(options, Arc::new(log.clone()), Arc::new(SystemClock)).await.map_err(text)?;
    let stop = tokio_util::sync::CancellationToken::new();
    let (running, stopped) = (progress.clone(), stop.clone());
    let view = tokio::spawn(async move { running.run(stopped.cancelled_owned()).await });
    let head = log.head().await.map_err(text)?.position;
    progress.reached(head).await;

    let (mut whole, mut way, mut bare, mut ratios) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (start, mut arrived) = (Instant::now(), None);
        let comparison = progress.rebuild(|Step { events_done, events_total }| {
            if events_done == events_total {
                arrived = Some(start.elapsed());
            }
        });
        let comparison = comparison.await.map_err(text)?;
        let took = start.elapsed();
        if !comparison.agrees() || comparison.at.position != head {
            return Err("the rebuild differs from the live view".to_owned());
        }
        let events = head as f64;
        whole.push(events / took.as_secs_f64());
        way.push(events / arrived.unwrap_or(took).as_secs_f64());
        bare.push(events / scan(&url, head).await?);
    }
    for (ours, bare) in whole.iter().zip(&bare) {
        ratios.push(thousandths(ours / bare));
    }
    stop.cancel();
    view.await.map_err(text)?.map_err(text)?;
    Ok(vec![Report {
        name: "rebuild_vs_scan",
        value: median(ratios.iter().copied()),
        unit: "ratio",
        goal: 0.5,
        better: Better::Higher,
        conditions: conditions(json!({
            "rebuild": "scratch schema made, log read and checked, three tables written, both digests computed and compared",
            "bare": "one SELECT of all columns in order, each payload decoded as JSON; one connection, one task",
            "events": head,
            "ratio_by_round": ratios,
            "rebuild_per_s": median(whole).round(),
            "until_the_last_event_is_in_per_s": median(way).round(),
            "bare_per_s": median(bare).round(),
            "engine": "PostgreSQL",
        })),
    }])
}

/// Seconds that a bare reader takes for all events.
async fn scan(url: &str, head: i64) -> Result<f64, String> {
    let mut connection = PgConnection::connect(url).await.map_err(text)?;
    let (start, mut count) = (Instant::now(), 0);
    let mut rows = sqlx::query("SELECT * FROM lines.events ORDER BY position").fetch(&mut connection);
    while let Some(row) = rows.try_next().await.map_err(text)? {
        let payload: &[u8] = row.try_get("payload").map_err(text)?;
        let decoded: Value = serde_json::from_slice(payload).map_err(text)?;
        count += i64::from(decoded.is_object());
    }
    let took = start.elapsed().as_secs_f64();
    if count == head { Ok(took) } else { Err(format!("{count} of {head} events are JSON objects")) }
}
