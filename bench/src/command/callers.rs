//! The callers, in a process of their own: each registers lines back to back, with a token of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Ids as _, SystemIds};
use vigie_proto::lines::RegisterLineRequest;

use crate::harness::{load, percentile_ms, text};
use crate::{cpu, fiction, vigie};

pub const NAME: &str = "callers";

/// HTTP/2 connections that the callers share.
pub const CONNECTIONS: usize = 4;

#[derive(Debug, Serialize, Deserialize)]
pub struct Options {
    pub endpoint: String,
    /// A file with a token a line, one for each caller.
    pub tokens: PathBuf,
    pub account: Uuid,
    /// Number of the first line; those after it are free as well.
    pub first_line: u64,
    pub callers: usize,
    pub warm_up: Duration,
    pub round: Duration,
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

    let (callers, next) = (Arc::new(callers), Arc::new(AtomicU64::new(options.first_line)));
    let register = move |caller: usize, _| {
        let (callers, number) = (callers.clone(), next.fetch_add(1, Ordering::Relaxed));
        async move {
            let mut lines = callers.get(caller).ok_or("no such caller")?.clone();
            let request = RegisterLineRequest {
                request_id: SystemIds.next().to_string(),
                line: Some(fiction::entry(number, options.account)),
            };
            lines.register_line(request).await.map(drop).map_err(text)
        }
    };
    let warm_up = load(options.callers, options.warm_up, register.clone()).await?;
    let mut round = load(options.callers, options.round, register).await?;
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
