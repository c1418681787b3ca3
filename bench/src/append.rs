//! Appends against bare writers of the same rows.

pub mod bare_postgres;
mod bare_sqlite;
pub mod row;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use sqlx::Connection as _;
use uuid::Uuid;
use vigie_clock::{Ids, SystemClock, SystemIds};
use vigie_eventlog::{Append, EventLog, Location, Options};
use vigie_testkit::Scratch;

use crate::harness::{Round, fsyncs_per_second, load, median, percentile_ms};
use crate::report::{Better, Report, Reports};
use crate::servers;

/// Rounds of each contender, taking turns.
const ROUNDS: usize = 7;

const ROUND: Duration = Duration::from_millis(1500);

/// Client counts; the last one is the ratio's.
const CLIENTS: [usize; 3] = [1, 16, 64];

/// One append of one event to a stream of the client's own; a new stream every 50 events.
async fn append_one(log: &EventLog, state: &tokio::sync::Mutex<(Uuid, i64)>) -> Result<(), String> {
    let mut state = state.lock().await;
    if state.1 % row::EVENTS_PER_STREAM == 0 {
        *state = (SystemIds.next(), 0);
    }
    let append = Append::new(state.0, row::KIND, state.1, vec![row::event(row::PAYLOAD_BYTES)]);
    log.append(append).await.map_err(|error| error.to_string())?;
    state.1 += 1;
    Ok(())
}

pub async fn log_round(log: &EventLog, clients: usize, duration: Duration) -> Result<Round, String> {
    let states: Arc<Vec<_>> =
        Arc::new((0..clients).map(|_| tokio::sync::Mutex::new((Uuid::nil(), 0))).collect());
    let log = log.clone();
    load(clients, duration, move |client, _| {
        let (log, states) = (log.clone(), states.clone());
        async move {
            let state = states.get(client).ok_or("no such client")?;
            append_one(&log, state).await
        }
    })
    .await
}

pub async fn open_log(location: Location) -> Result<EventLog, String> {
    EventLog::open(Options::new(location), Arc::new(SystemClock), Arc::new(SystemIds))
        .await
        .map_err(|error| format!("{error}: {:?}", std::error::Error::source(&error)))
}

pub async fn postgres() -> Reports {
    let server = servers::postgres().await?;
    let scratch = Scratch::new("bench").map_err(|error| error.to_string())?;
    let url = servers::database(&server, "bench").await?;
    let log = open_log(Location::Postgres { url: url.clone(), schema: "lines".to_owned() }).await?;
    let bare = bare_postgres::Writer::start(&url).await?;
    let mut conditions = serde_json::Map::new();
    let mut ratios = (0.0, 0.0);
    for clients in CLIENTS {
        let mut inserts = Vec::new();
        for _ in 0..clients {
            let connection = sqlx::PgConnection::connect(&url).await.map_err(|error| error.to_string())?;
            inserts.push(tokio::sync::Mutex::new(connection));
        }
        let inserts = Arc::new(inserts);
        let (mut ours, mut bares, mut singles, mut fsyncs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(log_round(&log, clients, ROUND).await?);
            bares.push(bare.round(clients, ROUND).await?);
            singles.push(bare_postgres::single_inserts(&inserts, ROUND).await?);
            fsyncs.push(fsyncs_per_second(scratch.path()).map_err(|error| error.to_string())?);
        }
        let ratio = |of: &[Round], to: &[Round]| {
            median(of.iter().zip(to).map(|(of, to)| of.per_second / to.per_second))
        };
        ratios = (ratio(&ours, &bares), ratio(&ours, &singles));
        conditions.insert(
            format!("clients_{clients}"),
            json!({
                "eventlog_per_s": median(ours.iter().map(|round| round.per_second)).round(),
                "bare_writer_per_s": median(bares.iter().map(|round| round.per_second)).round(),
                "one_row_inserts_per_s": median(singles.iter().map(|round| round.per_second)).round(),
                "eventlog_p99_ms": percentile_ms(&mut all(&ours), 99),
                "bare_writer_p99_ms": percentile_ms(&mut all(&bares), 99),
                "fsyncs_per_s": median(fsyncs).round(),
            }),
        );
    }
    conditions.insert("engine".to_owned(), json!("PostgreSQL"));
    conditions.insert("rounds".to_owned(), json!(ROUNDS));
    Ok(vec![
        Report {
            name: "append_vs_bare_64",
            value: ratios.0,
            unit: "ratio",
            goal: 0.8,
            better: Better::Higher,
            conditions: conditions.clone(),
        },
        Report {
            name: "append_vs_insert_64",
            value: ratios.1,
            unit: "ratio",
            goal: 2.0,
            better: Better::Higher,
            conditions,
        },
    ])
}

pub async fn sqlite() -> Reports {
    let scratch = Scratch::new("bench").map_err(|error| error.to_string())?;
    let log = open_log(Location::Sqlite(scratch.path().join("log.db"))).await?;
    let bare = bare_sqlite::Writer::start(&scratch.path().join("bare.db")).await?;
    let mut conditions = serde_json::Map::new();
    let mut value = 0.0;
    for clients in CLIENTS {
        let (mut ours, mut bares, mut fsyncs) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(log_round(&log, clients, ROUND).await?);
            bares.push(bare.round(clients, ROUND).await?);
            fsyncs.push(fsyncs_per_second(scratch.path()).map_err(|error| error.to_string())?);
        }
        value = median(ours.iter().zip(&bares).map(|(ours, bare)| ours.per_second / bare.per_second));
        conditions.insert(
            format!("clients_{clients}"),
            json!({
                "eventlog_per_s": median(ours.iter().map(|round| round.per_second)).round(),
                "bare_writer_per_s": median(bares.iter().map(|round| round.per_second)).round(),
                "eventlog_p99_ms": percentile_ms(&mut all(&ours), 99),
                "bare_writer_p99_ms": percentile_ms(&mut all(&bares), 99),
                "fsyncs_per_s": median(fsyncs).round(),
            }),
        );
    }
    conditions.insert("engine".to_owned(), json!("SQLite"));
    conditions.insert("rounds".to_owned(), json!(ROUNDS));
    Ok(vec![Report {
        name: "append_sqlite_vs_bare_64",
        value,
        unit: "ratio",
        goal: 0.8,
        better: Better::Higher,
        conditions,
    }])
}

fn all(rounds: &[Round]) -> Vec<Duration> {
    rounds.iter().flat_map(|round| round.latencies.iter().copied()).collect()
}
