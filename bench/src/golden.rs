//! Published events as their producer tests them, of ever new lines.

use tokio::task::JoinSet;
use uuid::Uuid;
use vigie_clock::{Ids as _, SystemIds};
use vigie_eventlog::{Append, EventLog, NewEvent};

use crate::harness::text;

/// An event and its payload as JSON.
#[derive(Clone, Copy, Debug)]
pub struct Golden {
    pub event_type: &'static str,
    pub payload: &'static str,
}

macro_rules! golden {
    ($name:literal) => {
        Golden {
            event_type: concat!("vigie.line.", $name, ".v1"),
            payload: include_str!(concat!(
                "../../services/lines/tests/golden/vigie.line.",
                $name,
                ".v1.golden.json"
            )),
        }
    };
}

pub const REGISTERED: Golden = golden!("line_registered");
pub const SUSPENSION_REQUESTED: Golden = golden!("suspension_requested");
pub const SUSPENSION_CONFIRMED: Golden = golden!("suspension_confirmed");
pub const REINSTATEMENT_REQUESTED: Golden = golden!("reinstatement_requested");
pub const REINSTATEMENT_CONFIRMED: Golden = golden!("reinstatement_confirmed");

/// The line of all golden events.
const LINE: &str = "00000000-0000-0000-0000-000000000011";

/// Their acts: a theft, another suspension that is confirmed with it, the reinstatement.
const ACTS: [&str; 3] = [
    "00000000-0002-7000-0000-000000000009",
    "00000000-0003-7000-0000-000000000009",
    "00000000-000b-7000-0000-000000000009",
];

/// Appends at once.
const CALLERS: usize = 512;

/// The payload as it would be of `line`, its acts being `acts`.
pub fn payload(golden: Golden, line: Uuid, acts: &[Uuid]) -> String {
    let of_line = golden.payload.trim().replace(LINE, &line.to_string());
    ACTS.iter().zip(acts).fold(of_line, |text, (golden, act)| text.replace(golden, &act.to_string()))
}

/// The first events of a new line.
pub fn append(line: Uuid, events: &[Golden], acts: &[Uuid]) -> Append {
    let events = events.iter().map(|golden| NewEvent {
        event_id: SystemIds.next(),
        event_type: golden.event_type.to_owned(),
        account_id: Uuid::from_u128(0xacc),
        occurred_at: None,
        actor: "bench".to_owned(),
        on_behalf_of: None,
        channel: "API".to_owned(),
        request_id: None,
        act_id: None,
        traceparent: None,
        payload: payload(*golden, line, acts).into_bytes(),
    });
    Append::new(line, "line", 0, events.collect())
}

/// Appends what `of` makes of so many new lines.
pub async fn fill(log: &EventLog, lines: usize, of: impl Fn(Uuid) -> Append) -> Result<(), String> {
    let mut appends = JoinSet::new();
    for _ in 0..lines {
        while appends.len() >= CALLERS {
            appends.join_next().await.ok_or("no append")?.map_err(text)??;
        }
        let (log, append) = (log.clone(), of(SystemIds.next()));
        appends.spawn(async move { log.append(append).await.map(drop).map_err(text) });
    }
    while let Some(done) = appends.join_next().await {
        done.map_err(text)??;
    }
    Ok(())
}
