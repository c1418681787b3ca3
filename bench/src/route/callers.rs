//! The callers, in a process of their own.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use tonic::Request;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::transport::Channel;
use vigie_proto::routing::routing_service_client::RoutingServiceClient;

use super::operator::Operator;
use crate::harness::{load, percentile_ms, text};
use crate::vigie;

pub const NAME: &str = "route-callers";

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
    pub pace: Pace,
    /// Whose people call.
    pub operator: Operator,
}

/// When the next call comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pace {
    /// Each caller's once its last one was answered.
    BackToBack,
    /// So many a second, whether or not earlier ones were answered.
    PerSecond(u32),
}

/// What is printed at the end.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Measured {
    pub per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub calls: usize,
}

/// Calls for a while and prints what was measured.
pub async fn run(options: Options) -> Result<(), String> {
    let tokens = std::fs::read_to_string(&options.tokens).map_err(text)?;
    let mut channels = Vec::new();
    for _ in 0..CONNECTIONS.min(options.callers) {
        channels.push(vigie::connect(&options.endpoint).await?);
    }
    let mut callers = Vec::new();
    for (channel, token) in channels.iter().cycle().zip(tokens.lines()).take(options.callers) {
        let token = format!("Bearer {token}").parse().map_err(text)?;
        callers.push(Caller { client: RoutingServiceClient::new(channel.clone()), token });
    }
    let (callers, operator) = (Arc::new(callers), options.operator);
    let call = move |number: usize, turn: u64| {
        let callers = callers.clone();
        async move {
            let number = number % callers.len().max(1);
            let caller = callers.get(number).ok_or("no such caller")?.clone();
            // Another contact for each caller and turn.
            caller.route(operator.a_request(turn * callers.len() as u64 + number as u64)).await
        }
    };
    load(options.callers, options.warm_up, call.clone()).await?;
    let measured = match options.pace {
        Pace::BackToBack => {
            let mut round = load(options.callers, options.round, call).await?;
            measured(round.per_second, &mut round.latencies)
        }
        Pace::PerSecond(rate) => {
            let mut latencies = paced(rate, options.round, call).await?;
            let per_second = latencies.len() as f64 / options.round.as_secs_f64();
            measured(per_second, &mut latencies)
        }
    };
    println!("{}", serde_json::to_string(&measured).map_err(text)?);
    Ok(())
}

fn measured(per_second: f64, latencies: &mut [Duration]) -> Measured {
    Measured {
        per_second,
        p50_ms: percentile_ms(latencies, 50),
        p99_ms: percentile_ms(latencies, 99),
        calls: latencies.len(),
    }
}

/// Calls at their due times; each is timed from when it was due.
async fn paced<F, Fut>(rate: u32, round: Duration, call: F) -> Result<Vec<Duration>, String>
where
    F: Fn(usize, u64) -> Fut,
    Fut: Future<Output = Result<(), String>> + Send + 'static,
{
    let start = Instant::now();
    let calls = (f64::from(rate) * round.as_secs_f64()) as u64;
    let mut under_way = JoinSet::new();
    let mut latencies = Vec::new();
    for turn in 0..calls {
        let due = start + Duration::from_secs_f64(turn as f64 / f64::from(rate));
        sleep_until(due).await;
        let answered = call(turn as usize, turn);
        under_way.spawn(async move { answered.await.map(|()| due.elapsed()) });
        while let Some(done) = under_way.try_join_next() {
            latencies.push(done.map_err(text)??);
        }
    }
    while let Some(done) = under_way.join_next().await {
        latencies.push(done.map_err(text)??);
    }
    Ok(latencies)
}

#[derive(Clone)]
struct Caller {
    client: RoutingServiceClient<Channel>,
    token: MetadataValue<Ascii>,
}

impl Caller {
    async fn route(mut self, request: vigie_proto::routing::RouteContactRequest) -> Result<(), String> {
        let mut request = Request::new(request);
        request.metadata_mut().insert("authorization", self.token);
        let answer = self.client.route_contact(request).await.map_err(text)?.into_inner();
        if answer.routes.is_empty() { Err("an answer without route".to_owned()) } else { Ok(()) }
    }
}
