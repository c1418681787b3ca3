//! A one-commit command over gRPC, against a bare tonic handler on the bare writer.
//!
//! Two commands of `lines` that change something are one commit and ask nothing of the register:
//!
//! - ReinstateLine while other reasons remain: an invoice is paid, and UNPAID is lifted on a line that stays suspended
//!   for OTHER. Beyond the floor's rows, an event and its stream, it writes one: the request id. It is the ratio.
//! - RegisterLine. It writes four more: the request id, and the number, the IMSI and the ICCID that it claims. Of the
//!   two it is the one with the most rows; it is measured in the same rounds and stands in the conditions.
//!
//! Setting a reason is none of them, on a suspended line neither: that is an act with a read-back of its own, so two
//! commits. What was lifted in a turn is therefore set again after it, while nothing is measured; how fast that goes
//! is in the conditions. An event of Vigie's also holds request id, act id, traceparent and a hash that was computed.

pub mod callers;
pub mod collector;
pub mod floor;
mod stand;
mod stock;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Map, Value, json};
use tokio::time::sleep;
use vigie_clock::{Ids as _, SystemIds};
use vigie_testkit::{Scratch, free_port};

use self::stand::{Server, Side, Stand, Turn};
use self::stock::Stock;
use crate::harness::{fsyncs_per_second, median, text, thousandths};
use crate::report::{Better, Report, Reports, conditions};
use crate::vigie::{Setup, Vigie};
use crate::{child, servers};

/// Caller counts, and the rounds of all contenders with so many; the last one is the ratio's.
const CALLERS: [(usize, usize); 3] = [(1, 3), (16, 3), (64, 5)];
const CALLERS_MAX: usize = 64;

/// A command that is one commit and nothing after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Command {
    UnpaidLifted,
    RegisterLine,
}

impl Command {
    const ALL: [Self; 2] = [Self::UnpaidLifted, Self::RegisterLine];

    /// Whose ratio is the report's.
    const REPORTED: Self = Self::UnpaidLifted;

    const fn name(self) -> &'static str {
        match self {
            Self::UnpaidLifted => "unpaid_lifted",
            Self::RegisterLine => "register_line",
        }
    }

    const fn what(self) -> &'static str {
        match self {
            Self::UnpaidLifted => {
                "ReinstateLine: a billing clerk lifts UNPAID on a line that stays suspended for OTHER"
            }
            Self::RegisterLine => "RegisterLine of a shared line by another system",
        }
    }

    const fn rows_of_vigie(self) -> &'static str {
        match self {
            Self::UnpaidLifted => "event, stream, request id; views follow in the background",
            Self::RegisterLine => {
                "event, stream, request id, 3 claimed keys (number, IMSI, ICCID); views follow in the background"
            }
        }
    }

    /// A line that is lifted must be set again, at the register's pace: less is measured of it.
    const fn warm_up(self) -> Duration {
        match self {
            Self::UnpaidLifted => Duration::from_millis(100),
            Self::RegisterLine => Duration::from_millis(300),
        }
    }

    const fn round(self) -> Duration {
        match self {
            Self::UnpaidLifted => Duration::from_millis(500),
            Self::RegisterLine => Duration::from_millis(1000),
        }
    }

    /// Average size of Vigie's event.
    const fn payload_query(self) -> &'static str {
        match self {
            Self::UnpaidLifted => {
                "SELECT avg(length(payload))::bigint FROM lines.events \
                 WHERE type = 'vigie.line.suspension_reason_lifted.v1'"
            }
            Self::RegisterLine => {
                "SELECT avg(length(payload))::bigint FROM lines.events \
                 WHERE type = 'vigie.line.line_registered.v1'"
            }
        }
    }
}

pub async fn vs_floor() -> Reports {
    let scratch = Scratch::new("bench").map_err(text)?;
    let server = servers::postgres().await?;
    let (url, floor_url) =
        (servers::database(&server, "vigie").await?, servers::database(&server, "floor").await?);
    let options = collector::Options { listen: address()? };
    let collector = child::start_server(&scratch, collector::NAME, &options).await?;
    let setup = Setup { postgres: Some(url.clone()), collector: Some(options.listen), ..Setup::default() };
    let vigie = Vigie::start(&scratch, &setup).await?;
    let ours = Server { side: Side::Vigie, endpoint: vigie.endpoint(), pid: vigie.pid() };

    let account = SystemIds.next();
    let stock = Stock::new(&vigie, &scratch, account).await?;
    let mut stand = Stand::new(scratch, server, url.clone(), &vigie, account, stock).await?;

    // The first commands of each, so that the floor's rows get the size of Vigie's, and its streams are there.
    let mut payload_bytes = BTreeMap::new();
    for command in Command::ALL {
        stand.turn(&ours, command, 1).await?;
        payload_bytes.insert(command, servers::number(&url, command.payload_query()).await?);
    }
    let size = |command| usize::try_from(payload_bytes.get(&command).copied().unwrap_or(0)).map_err(text);
    let options = floor::Options {
        url: floor_url,
        listen: address()?,
        registered_bytes: size(Command::RegisterLine)?,
        lifted_bytes: size(Command::UnpaidLifted)?,
    };
    let process = child::start_server(stand.folder(), floor::NAME, &options).await?;
    let bare =
        Server { side: Side::Floor, endpoint: format!("http://{}", options.listen), pid: process.id() };
    for command in Command::ALL {
        stand.turn(&bare, command, CALLERS_MAX).await?;
    }

    let mut order = Command::ALL.map(|command| [(command, &ours), (command, &bare)]).concat();
    let mut found: BTreeMap<Command, Map<String, Value>> = BTreeMap::new();
    let mut value = f64::NAN;
    for (callers, rounds) in CALLERS {
        let mut turns: BTreeMap<(Command, Side), Vec<Turn>> = BTreeMap::new();
        let mut fsyncs = Vec::new();
        for _ in 0..rounds {
            for (command, server) in &order {
                let turn = stand.turn(server, *command, callers).await?;
                turns.entry((*command, server.side)).or_default().push(turn);
            }
            // Who goes first changes, so that nobody always meets the same one's leavings.
            order.reverse();
            fsyncs.push(fsyncs_per_second(stand.folder().path()).map_err(text)?);
        }
        for command in Command::ALL {
            let mut of = |side| turns.remove(&(command, side)).unwrap_or_default();
            let (ours, bare) = (of(Side::Vigie), of(Side::Floor));
            let (ratio, numbers) = compared(&ours, &bare, &fsyncs);
            found.entry(command).or_default().insert(format!("callers_{callers}"), numbers);
            if command == Command::REPORTED {
                value = ratio;
            }
        }
    }

    // Stopping flushes what is still to be exported.
    vigie.stop().await?;
    sleep(collector::TELL_EVERY * 2).await;
    let spans = collector::spans(&collector);
    let mut conditions = conditions(json!({
        "value_is": format!("{} with {CALLERS_MAX} callers", Command::REPORTED.name()),
        "rows_per_command_floor": "event, stream",
        "tokens": format!("{CALLERS_MAX} for each command, each of a subject of its own"),
        "connections": callers::CONNECTIONS,
        "callers": "another process with one worker, its CPU on the same cores",
        "otlp": "traces at 100 %, metrics and logs to a live collector in another process",
        "spans_per_call": thousandths(spans as f64 / stand.calls() as f64),
        "stored": "after each turn, exactly one event more for each command that was acknowledged in it",
        "unpaid_set_per_s": stand.stock().set_per_second().round(),
        "unpaid_set": format!(
            "between turns, not in any ratio: two commits and a read-back of the simulated register each, {} at once",
            stock::AT_ONCE
        ),
        "engine": "PostgreSQL",
    }));
    for (command, mut numbers) in found {
        numbers.insert("command".to_owned(), json!(command.what()));
        numbers.insert("rows_per_command_vigie".to_owned(), json!(command.rows_of_vigie()));
        numbers.insert("payload_bytes".to_owned(), json!(payload_bytes.get(&command)));
        numbers.insert("round_ms".to_owned(), json!(command.round().as_millis() as u64));
        conditions.insert(command.name().to_owned(), Value::Object(numbers));
    }
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

/// The ratio of both contenders' rounds, and all numbers.
fn compared(ours: &[Turn], bare: &[Turn], fsyncs: &[f64]) -> (f64, Value) {
    let ratios: Vec<_> =
        ours.iter().zip(bare).map(|(ours, bare)| ours.per_second() / bare.per_second()).collect();
    let ratio = median(ratios.iter().copied());
    let numbers = json!({
        "ratio": thousandths(ratio),
        "ratio_by_round": ratios.into_iter().map(thousandths).collect::<Vec<_>>(),
        "vigie": stand::summary(ours),
        "floor": stand::summary(bare),
        "fsyncs_per_s": median(fsyncs.iter().copied()).round(),
    });
    (ratio, numbers)
}
