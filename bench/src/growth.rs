//! Whether appends slow down as the log grows.

use std::time::Duration;

use serde_json::json;
use sqlx::{Connection as _, PgConnection};
use vigie_eventlog::Location;
use vigie_testkit::Scratch;

use crate::append::{log_round, open_log};
use crate::harness::{fsyncs_per_second, median, percentile_ms, text};
use crate::report::{Better, Report, Reports};
use crate::servers;

const SMALL: i64 = 100_000;
const LARGE: i64 = 5_000_000;
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_millis(1500);
const CLIENTS: usize = 16;

/// Two logs in one server, one fifty times the other; rounds take turns.
pub async fn postgres() -> Reports {
    let server = servers::postgres().await?;
    let scratch = Scratch::new("bench").map_err(text)?;
    let mut logs = Vec::new();
    for (name, events) in [("small", SMALL), ("large", LARGE)] {
        let url = servers::database(&server, name).await?;
        let location = Location::Postgres { url: url.clone(), schema: "lines".to_owned() };
        // The schema first, then the rows, then a log that knows its head.
        open_log(location.clone()).await?.close(tokio::time::Instant::now() + Duration::from_secs(5)).await;
        eprintln!("  filling {name} with {events} events");
        fill(&url, events).await.map_err(text)?;
        logs.push(open_log(location).await?);
    }
    let [small, large] = logs.as_slice() else { return Err("two logs".to_owned()) };
    let (mut ratios, mut fsyncs, mut p99s) = (Vec::new(), Vec::new(), (Vec::new(), Vec::new()));
    for _ in 0..ROUNDS {
        let mut at_small = log_round(small, CLIENTS, ROUND).await?;
        let mut at_large = log_round(large, CLIENTS, ROUND).await?;
        let (small_p99, large_p99) =
            (percentile_ms(&mut at_small.latencies, 99), percentile_ms(&mut at_large.latencies, 99));
        ratios.push(large_p99 / small_p99);
        p99s.0.push(small_p99);
        p99s.1.push(large_p99);
        fsyncs.push(fsyncs_per_second(scratch.path()).map_err(text)?);
    }
    let mut conditions = serde_json::Map::new();
    conditions.insert("events".to_owned(), json!([SMALL, LARGE]));
    conditions.insert("clients".to_owned(), json!(CLIENTS));
    conditions.insert("p99_ms_small".to_owned(), json!(median(p99s.0)));
    conditions.insert("p99_ms_large".to_owned(), json!(median(p99s.1)));
    conditions.insert("fsyncs_per_s".to_owned(), json!(median(fsyncs).round()));
    conditions.insert("rounds".to_owned(), json!(ROUNDS));
    Ok(vec![Report {
        name: "append_p99_growth",
        value: median(ratios),
        unit: "ratio",
        goal: 1.2,
        better: Better::Lower,
        conditions,
    }])
}

async fn fill(url: &str, events: i64) -> Result<(), sqlx::Error> {
    let mut connection = PgConnection::connect(url).await?;
    sqlx::query("SET search_path TO lines").execute(&mut connection).await?;
    sqlx::query(
        "INSERT INTO events (position, event_id, shard, incarnation, stream_id, stream_version, type, account_id, \
         recorded_at, occurred_at, actor, channel, payload, hash) \
         SELECT n, gen_random_uuid(), 0, 1, md5(((n - 1) / 50)::text)::uuid, (n - 1) % 50 + 1, \
         'vigie.line.suspension_requested.v1', '00000000-0000-0000-0000-00000000002a'::uuid, 1, 1, 'manager-4711', \
         'EXTRANET', decode(repeat('78', 600), 'hex'), decode(repeat('07', 32), 'hex') \
         FROM generate_series(1, $1::bigint) AS n",
    )
    .bind(events)
    .execute(&mut connection)
    .await?;
    sqlx::query(
        "INSERT INTO streams (stream_id, kind, version) \
         SELECT md5(n::text)::uuid, 'bench', 50 FROM generate_series(0, $1::bigint / 50 - 1) AS n",
    )
    .bind(events)
    .execute(&mut connection)
    .await?;
    for statement in ["VACUUM ANALYZE events", "VACUUM ANALYZE streams", "CHECKPOINT"] {
        sqlx::query(statement).execute(&mut connection).await?;
    }
    Ok(())
}
