//! A one-commit command over gRPC, against a bare tonic handler on the bare writer.
//!
//! The command is RegisterLine: the only one that is one commit and nothing else. A suspension is two by its nature
//! (intent, confirmation), and lifting one of several reasons gives its lease back in a second append. What it costs
//! beyond the floor's rows is in the conditions: number, IMSI and ICCID are claimed and the request id is remembered,
//! in the same commit.

pub mod callers;
pub mod collector;
pub mod floor;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::sleep;
use uuid::Uuid;
use vigie_clock::{Ids as _, SystemIds};
use vigie_testkit::{Postgres, Process, Scratch, free_port};

use self::callers::Measured;
use crate::harness::{blocking, fsyncs_per_second, median, text, thousandths};
use crate::report::{Better, Report, Reports, conditions};
use crate::vigie::{Person, Setup, Vigie};
use crate::{child, cpu, servers};

/// Rounds of each contender, taking turns.
const ROUNDS: usize = 5;

const WARM_UP: Duration = Duration::from_millis(400);
const ROUND: Duration = Duration::from_millis(1500);

/// Caller counts; the last one is the ratio's.
const CALLERS: [usize; 3] = [1, 16, 64];

/// A round of callers and the start of their process.
const ROUND_MAX: Duration = Duration::from_secs(30);

/// Lines that one round may register.
const LINES_PER_ROUND: u64 = 1_000_000;

pub async fn vs_floor() -> Reports {
    let scratch = Scratch::new("bench").map_err(text)?;
    let server = servers::postgres().await?;
    let (url, floor_url) =
        (servers::database(&server, "vigie").await?, servers::database(&server, "floor").await?);
    let collector_at = address()?;
    let options = collector::Options { listen: collector_at };
    let collector = child::start_server(&scratch, collector::NAME, &options).await?;
    let setup = Setup { postgres: Some(url.clone()), collector: Some(collector_at), ..Setup::default() };
    let vigie = Vigie::start(&scratch, &setup).await?;

    let account = SystemIds.next();
    let tokens = tokens(&vigie, &scratch, account).await?;
    let mut stand = Stand { scratch, server, tokens, account, rounds: 0, registered: 0 };
    let mut ours =
        Contender { endpoint: vigie.endpoint(), pid: vigie.pid(), is_vigie: true, turns: Vec::new() };
    // The first commands, so that the floor's rows get the size of Vigie's.
    stand.turn(&mut ours, 1).await?;
    ours.turns.clear();
    let payload_bytes =
        servers::number(&url, "SELECT avg(length(payload))::bigint FROM lines.events").await?;
    let options = floor::Options {
        url: floor_url,
        listen: address()?,
        payload_bytes: usize::try_from(payload_bytes).map_err(text)?,
    };
    let floor = child::start_server(&stand.scratch, floor::NAME, &options).await?;
    let mut bare = Contender {
        endpoint: format!("http://{}", options.listen),
        pid: floor.id(),
        is_vigie: false,
        turns: Vec::new(),
    };

    let mut at = Map::new();
    let mut value = f64::NAN;
    for callers in CALLERS {
        let mut fsyncs = Vec::new();
        for round in 0..ROUNDS {
            // Who goes first changes, so that neither always meets the other's leavings.
            let (first, second) =
                if round % 2 == 0 { (&mut ours, &mut bare) } else { (&mut bare, &mut ours) };
            stand.turn(first, callers).await?;
            stand.turn(second, callers).await?;
            fsyncs.push(fsyncs_per_second(stand.scratch.path()).map_err(text)?);
        }
        let pairs = || ours.turns.iter().zip(&bare.turns);
        let ratios: Vec<_> =
            pairs().map(|(ours, bare)| ours.measured.per_second / bare.measured.per_second).collect();
        value = median(ratios.iter().copied());
        at.insert(
            format!("callers_{callers}"),
            json!({
                "ratio": thousandths(value),
                "ratio_by_round": ratios.into_iter().map(thousandths).collect::<Vec<_>>(),
                "vigie": ours.summary(),
                "floor": bare.summary(),
                "fsyncs_per_s": median(fsyncs).round(),
            }),
        );
        ours.turns.clear();
        bare.turns.clear();
    }

    let stored = servers::number(&url, "SELECT count(*) FROM lines.events").await?;
    // Stopping flushes what is still to be exported.
    vigie.stop().await?;
    sleep(collector::TELL_EVERY * 2).await;
    let spans = collector::spans(&collector);
    if u64::try_from(stored).map_err(text)? != stand.registered {
        return Err(format!(
            "{} commands were acknowledged, and {stored} events are there",
            stand.registered
        ));
    }
    let mut conditions = conditions(json!({
        "command": "RegisterLine of a shared line: the one command that is one commit and nothing after it",
        "rows_per_command_vigie": "event, stream, request id, 3 claimed keys (number, IMSI, ICCID); views follow in the background",
        "rows_per_command_floor": "event, stream",
        "payload_bytes": payload_bytes,
        "tokens": 64,
        "connections": callers::CONNECTIONS,
        "callers": "another process with one worker, its CPU on the same cores",
        "otlp": "traces at 100 %, metrics and logs to a live collector in another process",
        "spans_per_command": thousandths(spans as f64 / stand.registered as f64),
        "engine": "PostgreSQL",
        "rounds": ROUNDS,
    }));
    conditions.extend(at);
    Ok(vec![Report {
        name: "command_vs_floor_64",
        value,
        unit: "ratio",
        goal: 0.6,
        better: Better::Higher,
        conditions,
    }])
}

fn address() -> Result<SocketAddr, String> {
    Ok(SocketAddr::from(([127, 0, 0, 1], free_port().map_err(text)?)))
}

/// A file with a token for each caller, a line each.
async fn tokens(vigie: &Vigie, scratch: &Scratch, account: Uuid) -> Result<PathBuf, String> {
    let mut tokens = String::new();
    for caller in 0..CALLERS.into_iter().max().unwrap_or(1) {
        let subject = format!("inventory-{caller}");
        let system =
            Person { subject: &subject, roles: &["integration"], account: Some(account), step_up: false };
        tokens.push_str(&vigie.token(system).await?);
        tokens.push('\n');
    }
    let path = scratch.path().join("tokens");
    std::fs::write(&path, tokens).map_err(text)?;
    Ok(path)
}

/// What the contenders share.
struct Stand {
    scratch: Scratch,
    server: Arc<Postgres>,
    tokens: PathBuf,
    account: Uuid,
    /// So far, each with lines of its own.
    rounds: u64,
    /// Commands that Vigie has acknowledged so far.
    registered: u64,
}

/// One of both servers.
struct Contender {
    endpoint: String,
    pid: u32,
    is_vigie: bool,
    turns: Vec<Turn>,
}

/// A contender's round, and what it computed for a command: microseconds.
struct Turn {
    measured: Measured,
    server_cpu_us: f64,
    postgres_cpu_us: f64,
    callers_cpu_us: f64,
    /// How long work went on that had been put off.
    settled_after: Duration,
}

impl Stand {
    async fn turn(&mut self, contender: &mut Contender, callers: usize) -> Result<(), String> {
        let options = callers::Options {
            endpoint: contender.endpoint.clone(),
            tokens: self.tokens.clone(),
            account: self.account,
            first_line: self.rounds * LINES_PER_ROUND,
            callers,
            warm_up: WARM_UP,
            round: ROUND,
        };
        self.rounds += 1;
        let used = |stand: &Self| -> Result<(f64, f64), String> {
            let postgres = stand.server.pids().map_err(text)?;
            Ok((cpu::seconds(contender.pid), cpu::seconds_of_all(postgres)))
        };
        let before = used(self)?;
        let process = child::start(&self.scratch, callers::NAME, &options)?;
        let measured = blocking(move || finished(&process)).await?;
        let after = used(self)?;
        let settled_after = cpu::settle(contender.pid).await;

        let per_command = |seconds: f64| seconds * 1e6 / measured.acknowledged as f64;
        contender.turns.push(Turn {
            measured,
            server_cpu_us: per_command(after.0 - before.0),
            postgres_cpu_us: per_command(after.1 - before.1),
            callers_cpu_us: per_command(measured.cpu_s),
            settled_after,
        });
        if contender.is_vigie {
            self.registered += measured.acknowledged;
        }
        Ok(())
    }
}

/// What the callers print at their end, or why they could not.
fn finished(callers: &Process) -> Result<Measured, String> {
    let result = callers.wait_for_line("a result", ROUND_MAX, |line| line.starts_with('{')).map_err(text)?;
    serde_json::from_str(&result.text).map_err(text)
}

impl Contender {
    fn summary(&self) -> Value {
        let middle = |of: fn(&Turn) -> f64| median(self.turns.iter().map(of));
        json!({
            "per_s": middle(|turn| turn.measured.per_second).round(),
            "p50_ms": thousandths(middle(|turn| turn.measured.p50_ms)),
            "p99_ms": thousandths(middle(|turn| turn.measured.p99_ms)),
            "server_cpu_us_per_command": middle(|turn| turn.server_cpu_us).round(),
            "postgres_cpu_us_per_command": middle(|turn| turn.postgres_cpu_us).round(),
            "callers_cpu_us_per_command": middle(|turn| turn.callers_cpu_us).round(),
            "put_off_ms": middle(|turn| turn.settled_after.as_secs_f64() * 1e3).round(),
        })
    }
}
