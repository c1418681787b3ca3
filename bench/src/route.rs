//! Contacts routed from the base of a whole operator: 50,000 accounts and a million people.
//!
//! - `route_vs_echo_64`: decisions a second over gRPC against a bare tonic handler that takes the same requests and answers
//!   one of Vigie's answers, in turns, with 64 callers. Vigie's side is its server as it is: token, rule, telemetry,
//!   decision.
//! - `route_p99_ms`: at 1,000 a second, each call timed from when it was due.
//! - `base_bytes_per_person`: what the server's memory grew by while it loaded the base from events, and gave nothing back.

pub mod callers;
pub mod echo;
mod operator;
pub mod server;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use prost::Message as _;
use serde_json::json;
use tonic::Request;
use vigie_chassis::identity::Role;
use vigie_chassis::identity::dev::{Grant, Issuer};
use vigie_clock::SystemClock;
use vigie_proto::routing::routing_service_client::RoutingServiceClient;
use vigie_testkit::{Process, Scratch, free_port};

use self::callers::{Measured, Pace};
use self::operator::Operator;
use crate::harness::{blocking, median, text, thousandths};
use crate::report::{Better, Report, Reports, conditions};
use crate::{child, vigie};

const CALLERS: usize = 64;
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);
const WARM_UP: Duration = Duration::from_millis(500);

const PACED_PER_SECOND: u32 = 1_000;
const PACED: Duration = Duration::from_secs(10);

/// A million events are made, read and taken in.
const LOAD_MAX: Duration = Duration::from_secs(180);
const TURN_MAX: Duration = Duration::from_secs(60);

pub async fn contacts() -> Reports {
    let scratch = Scratch::new("bench").map_err(text)?;
    let issuer = Issuer::open(scratch.path(), Arc::new(SystemClock)).map_err(text)?;
    let mut tokens = String::new();
    for caller in 0..CALLERS {
        let grant = Grant::new(&format!("advisor-{caller}"), &[Role::Advisor]);
        tokens.push_str(&issuer.mint(&grant).map_err(text)?);
        tokens.push('\n');
    }
    let token_file = scratch.path().join("tokens");
    std::fs::write(&token_file, &tokens).map_err(text)?;

    let operator = Operator::whole();
    let options = server::Options { folder: scratch.path().to_owned(), listen: address()?, operator };
    let ours = child::start(&scratch, server::NAME, &options)?;
    let ours = Arc::new(ours);
    let loaded = loaded(&ours).await?;
    let endpoint = format!("http://{}", options.listen);

    let token = tokens.lines().next().ok_or("no token")?;
    let mut client = RoutingServiceClient::new(vigie::connect(&endpoint).await?);
    let mut request = Request::new(operator.a_request(1));
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().map_err(text)?);
    let answer = client.route_contact(request).await.map_err(text)?.into_inner();
    let echo = echo::Options { listen: address()?, answer: answer.encode_to_vec() };
    let echo_endpoint = format!("http://{}", echo.listen);
    let bare = child::start_server(&scratch, echo::NAME, &echo).await?;

    let turn = async |endpoint: &str, pace: Pace, round: Duration| {
        let options = callers::Options {
            endpoint: endpoint.to_owned(),
            tokens: token_file.clone(),
            callers: CALLERS,
            warm_up: WARM_UP,
            round,
            pace,
            operator,
        };
        let process = child::start(&scratch, callers::NAME, &options)?;
        blocking(move || finished(&process)).await
    };
    let (mut of_ours, mut of_bare) = (Vec::new(), Vec::new());
    let mut order = [(&endpoint, &mut of_ours), (&echo_endpoint, &mut of_bare)];
    for _ in 0..ROUNDS {
        for (endpoint, turns) in &mut order {
            turns.push(turn(endpoint, Pace::BackToBack, ROUND).await?);
        }
        // Who goes first changes, so that nobody always meets the same one's leavings.
        order.reverse();
    }
    let paced = turn(&endpoint, Pace::PerSecond(PACED_PER_SECOND), PACED).await?;
    let paced_bare = turn(&echo_endpoint, Pace::PerSecond(PACED_PER_SECOND), PACED).await?;
    drop((ours, bare));

    let ratios: Vec<_> =
        of_ours.iter().zip(&of_bare).map(|(ours, bare)| ours.per_second / bare.per_second).collect();
    let per_second = |turns: &[Measured]| median(turns.iter().map(|turn| turn.per_second)).round();
    Ok(vec![
        Report {
            name: "route_vs_echo_64",
            value: median(ratios.iter().copied()),
            unit: "ratio",
            goal: 0.5,
            better: Better::Higher,
            conditions: conditions(json!({
                "base": loaded.size,
                "ratio_by_round": ratios.into_iter().map(thousandths).collect::<Vec<_>>(),
                "vigie_per_s": per_second(&of_ours),
                "echo_per_s": per_second(&of_bare),
                "vigie": "token, rule, telemetry, decision and answer of the whole server",
                "echo": "a bare tonic handler: the same request, one fixed answer of Vigie's",
                "answer_bytes": answer.encoded_len(),
                "connections": callers::CONNECTIONS,
                "callers": "another process with one worker, its CPU on the same cores",
            })),
        },
        Report {
            name: "route_p99_ms",
            value: paced.p99_ms,
            unit: "ms",
            goal: 5.0,
            better: Better::Lower,
            conditions: conditions(json!({
                "per_s": PACED_PER_SECOND,
                "p50_ms": thousandths(paced.p50_ms),
                "echo_p99_ms": thousandths(paced_bare.p99_ms),
                "timed": "from when the call was due, answers to no earlier call being awaited",
                "calls": paced.calls,
            })),
        },
        Report {
            name: "base_bytes_per_person",
            value: loaded.grown_bytes / loaded.size.people as f64,
            unit: "bytes",
            goal: 600.0,
            better: Better::Lower,
            conditions: conditions(json!({
                "base": loaded.size,
                "resident_bytes": loaded.grown_bytes,
                "counted_bytes": loaded.counted_bytes,
                "loaded_s": thousandths(loaded.took_s),
                "resident": "the server's memory after the load less that before it, with all that the load left behind",
                "counted": "what the base counts itself, per structure, capacity included",
            })),
        },
    ])
}

fn address() -> Result<SocketAddr, String> {
    Ok(SocketAddr::from(([127, 0, 0, 1], free_port().map_err(text)?)))
}

/// What the server says once its base is loaded, which is when it serves.
async fn loaded(server: &Arc<Process>) -> Result<server::Loaded, String> {
    let server = server.clone();
    blocking(move || {
        let line = server.wait_for_line("a base", LOAD_MAX, |line| line.starts_with('{')).map_err(text)?;
        server.wait_for_line("a server", TURN_MAX, |line| line == "ready").map_err(text)?;
        serde_json::from_str(&line.text).map_err(text)
    })
    .await
}

/// What the callers print at their end.
fn finished(callers: &Process) -> Result<Measured, String> {
    let result = callers.wait_for_line("a result", TURN_MAX, |line| line.starts_with('{')).map_err(text)?;
    serde_json::from_str(&result.text).map_err(text)
}
