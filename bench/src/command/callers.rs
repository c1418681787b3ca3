//! The callers, in a process of their own: each gives commands back to back, with a token of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Ids as _, SystemIds};
use vigie_proto::lines::{RegisterLineRequest, ReinstateLineRequest, SuspensionReason};

use crate::harness::{load, percentile_ms, text};
use crate::vigie::Lines;
use crate::{cpu, fiction, vigie};

pub const NAME: &str = "callers";

/// HTTP/2 connections that the callers share.
pub const CONNECTIONS: usize = 4;

#[derive(Debug, Serialize, Deserialize)]
pub struct Options {
    pub endpoint: String,
    /// A file with a token a line, one for each caller.
    pub tokens: PathBuf,
    pub callers: usize,
    pub warm_up: Duration,
    pub round: Duration,
    pub work: Work,
}

/// What the callers ask for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Work {
    /// RegisterLine.
    Register {
        account: Uuid,
        /// Number of the first line; those after it are free as well.
        first_line: u64,
    },
    /// ReinstateLine, for UNPAID.
    LiftUnpaid {
        /// A file with the id of a line a line.
        lines: PathBuf,
        /// Which line is the first; the others follow in turn, around the file's end.
        first: usize,
    },
}

/// What is printed at the end.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Measured {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Answers in all, those of the warm-up included.
    pub acknowledged: u64,
    /// What this process computed from its beginning.
    pub cpu_s: f64,
}

/// Calls for a while and prints what was measured.
pub async fn run(options: Options) -> Result<(), String> {
    let tokens = std::fs::read_to_string(&options.tokens).map_err(text)?;
    let mut channels = Vec::new();
    for _ in 0..CONNECTIONS.min(options.callers) {
        channels.push(vigie::connect(&options.endpoint).await?);
    }
    let callers = channels.iter().cycle().zip(tokens.lines()).take(options.callers);
    let callers: Vec<_> =
        callers.map(|(channel, token)| vigie::lines(channel.clone(), token)).collect::<Result<_, _>>()?;
    if callers.len() < options.callers {
        return Err(format!("{} callers need as many tokens", options.callers));
    }

    let (callers, job) = (Arc::new(callers), Arc::new(Job::of(options.work)?));
    let call = move |caller: usize, _| {
        let (callers, job) = (callers.clone(), job.clone());
        async move {
            let lines = callers.get(caller).ok_or("no such caller")?.clone();
            job.next(lines).await
        }
    };
    let warm_up = load(options.callers, options.warm_up, call.clone()).await?;
    let mut round = load(options.callers, options.round, call).await?;
    let measured = Measured {
        per_second: round.per_second,
        p50_ms: percentile_ms(&mut round.latencies, 50),
        p99_ms: percentile_ms(&mut round.latencies, 99),
        acknowledged: (warm_up.latencies.len() + round.latencies.len()) as u64,
        cpu_s: cpu::seconds(std::process::id()),
    };
    println!("{}", serde_json::to_string(&measured).map_err(text)?);
    Ok(())
}

/// The work under way: no two callers get the same line.
enum Job {
    Register { account: Uuid, next: AtomicU64 },
    LiftUnpaid { lines: Vec<String>, next: AtomicUsize },
}

impl Job {
    fn of(work: Work) -> Result<Self, String> {
        Ok(match work {
            Work::Register { account, first_line } => {
                Self::Register { account, next: AtomicU64::new(first_line) }
            }
            Work::LiftUnpaid { lines, first } => {
                let lines = std::fs::read_to_string(lines).map_err(text)?;
                let lines: Vec<_> = lines.lines().map(str::to_owned).collect();
                Self::LiftUnpaid { lines, next: AtomicUsize::new(first) }
            }
        })
    }

    /// The next command.
    async fn next(&self, mut caller: Lines) -> Result<(), String> {
        let request_id = SystemIds.next().to_string();
        match self {
            Self::Register { account, next } => {
                let line = fiction::entry(next.fetch_add(1, Ordering::Relaxed), *account);
                let request = RegisterLineRequest { request_id, line: Some(line) };
                caller.register_line(request).await.map(drop)
            }
            Self::LiftUnpaid { lines, next } => {
                let place = next.fetch_add(1, Ordering::Relaxed) % lines.len().max(1);
                let line_id = lines.get(place).ok_or("no lines to lift UNPAID on")?;
                let request = ReinstateLineRequest {
                    request_id,
                    line: Some(fiction::by_id(line_id)),
                    reason: SuspensionReason::Unpaid.into(),
                    on_behalf: None,
                    handset_recovery: None,
                    ..Default::default()
                };
                caller.reinstate_line(request).await.map(drop)
            }
        }
        .map_err(text)
    }
}
