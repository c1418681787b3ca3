//! The staged scenes: what 9.3 promises, seen with its times.

use std::time::Duration;

use prost_types::Timestamp as ProtoTimestamp;
use tokio::time::{Instant, sleep};
use vigie_clock::Timestamp;
use vigie_proto::commitments::{Case, GetCharacteristicRequest, ListCasesRequest, Verdict};
use vigie_proto::lines::{Act, ActState, GetLineRequest, Line as LineState, SuspensionReason};

use super::cast::Cast;
use super::fiction::{self, Line};
use super::history::By;
use super::play;
use super::stopwatch::Times;
use super::{Stage, heading};
use crate::client::{Client, prompt};
use crate::command::render_case;
use crate::error::Error;
use crate::output::Output;
use crate::output::style::{self, paint};
use crate::output::table::{Align, Cell, Table};
use crate::output::{time, words};

/// The line of the first scene.
pub(super) const STOLEN: usize = 4;
const CUT_OFF: usize = 5;
const OWED: usize = 6;
/// A line that nothing happens to, for the commands to paste.
pub(super) const TO_TRY: usize = 7;

/// How long the register stays cut off after the answer: long enough to see that the answer did not wait.
const STAYS_CUT: Duration = Duration::from_millis(500);
/// How often is looked whether something happened by itself, and for how long.
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(20);
pub(super) const LOOK_FOR: Duration = Duration::from_secs(15);

/// Plays all scenes in order.
pub(super) async fn play(
    stage: &Stage,
    cast: &Cast,
    lines: &[Line],
    output: &mut Output,
) -> Result<(), Error> {
    let line = |number| lines.get(number).ok_or_else(|| Error::Usage("the demo has too few lines".into()));
    theft(stage, cast, line(STOLEN)?, output).await?;
    register_cut(stage, cast, line(CUT_OFF)?, output).await?;
    paying_is_not_finding(stage, cast, line(OWED)?, output).await?;
    ledger(cast, line(STOLEN)?, output).await
}

async fn theft(stage: &Stage, cast: &Cast, line: &Line, output: &mut Output) -> Result<(), Error> {
    output.text(&heading(&format!("A phone is stolen: {} of {}", line.entry.msisdn, line.company.name)))?;
    stage.stopwatch.watch(&line.entry.imsi);
    let manager = cast.manager(&line.company)?;
    let id = fiction::id("scene/theft");
    let act = play::suspend(&manager, line, SuspensionReason::Theft, By::Manager, id).await?;
    output.text(&timeline(&act, stage.stopwatch.take(&line.entry.imsi)))
}

/// T0, commit, write, read-back and T1, each in milliseconds after T0.
fn timeline(act: &Act, seen: Times) -> String {
    let mut table = Table::new([("", Align::Left), ("ms", Align::Right), ("", Align::Left)]);
    let mut row = |what: &'static str, at: Option<ProtoTimestamp>, meaning: &'static str| {
        let elapsed = time::elapsed_ms(act.received_at.as_ref(), at.as_ref());
        let elapsed = elapsed.map_or_else(|| "-".to_owned(), |ms| format!("{ms:.2}"));
        table.row([what.into(), Cell::styled(elapsed, style::STRONG), Cell::styled(meaning, style::FAINT)]);
    };
    row("  T0", act.received_at, "the manager's request arrives with a valid token");
    row("  commit", act.recorded_at, "the intent is on disk");
    row("  write", seen.written.map(to_proto), "the register took it (SIMULATED)");
    row("  read-back", seen.read_back.map(to_proto), "the register was read: neither calls nor data");
    row("  T1", act.confirmed_at, "the confirmation is on disk; promised: at most 60 s, p95 at most 1 s");
    table.render()
}

async fn register_cut(stage: &Stage, cast: &Cast, line: &Line, output: &mut Output) -> Result<(), Error> {
    output.text(&heading(&format!("The same with the register cut off: {}", line.entry.msisdn)))?;
    let manager = cast.manager(&line.company)?;
    stage.cut(true);
    let asked = Instant::now();
    let id = fiction::id("scene/register-cut");
    let act = play::suspend(&manager, line, SuspensionReason::Theft, By::Manager, id).await?;
    let answered = span_since(asked);
    let answer = match act.state() {
        ActState::Pending => paint(style::WAITING, "accepted, pending"),
        _ => words::act_state(act.state),
    };
    output.text(&format!("  answered after {answered}: {answer} ({})", words::evidence(act.evidence)))?;
    sleep(STAYS_CUT).await;
    stage.cut(false);
    let back = Instant::now();
    let line = until(&manager, line, |line| line.confirmed_at.is_some()).await?;
    let elapsed = time::elapsed_ms(line.requested_at.as_ref(), line.confirmed_at.as_ref());
    let elapsed = elapsed.map(time::span).unwrap_or_default();
    output.text(&format!(
        "  register back: {} after {}, T1 - T0 = {elapsed}",
        paint(style::GOOD, "confirmed by itself"),
        span_since(back)
    ))
}

async fn paying_is_not_finding(
    stage: &Stage,
    cast: &Cast,
    line: &Line,
    output: &mut Output,
) -> Result<(), Error> {
    output.text(&heading(&format!("Paying does not bring a stolen phone back: {}", line.entry.msisdn)))?;
    let (manager, clerk) = (cast.manager(&line.company)?, cast.clerk()?);
    let id = |step: &str| fiction::id(&format!("scene/unpaid/{step}"));
    let (theft, unpaid) = (SuspensionReason::Theft, SuspensionReason::Unpaid);
    play::suspend(&clerk, line, unpaid, By::Clerk, id("unpaid")).await?;
    play::suspend(&manager, line, theft, By::Manager, id("theft")).await?;
    let lifted = play::reinstate(&clerk, line, unpaid, None, id("paid")).await?;
    let now = look(&manager, line).await?;
    let barred = stage.simulated.look(&line.entry.imsi).is_some_and(|found| found.domains.is_barred());
    let network = if barred { paint(style::GOOD, "barred") } else { paint(style::BAD, "OPEN") };
    output.text(&format!(
        "  UNPAID lifted ({}); the line is {} for {}; the register says {network}",
        words::act_state(lifted.state),
        words::line_state(now.state),
        paint(style::WAITING, &words::reasons(&now.reasons)),
    ))
}

async fn ledger(cast: &Cast, line: &Line, output: &mut Output) -> Result<(), Error> {
    output.text(&heading("The ledger of promises, 9.3"))?;
    let auditor = cast.auditor()?;
    let subject_id = look(&cast.manager(&line.company)?, line).await?.line_id;
    let case = judged(&auditor, &subject_id).await?;
    let text = render_case(&case, output.zone());
    output.text(&indented(&text))?;
    let request = GetCharacteristicRequest { characteristic: "9.3".into(), ..Default::default() };
    let result = auditor.commitments().get_characteristic(prompt(request)).await?.into_inner();
    let excluded: i64 = result.excluded.iter().map(|count| count.cases).sum();
    let p95 = result.p95.as_ref();
    output.text(&format!(
        "  so far: {} cases = {} kept + {} late + {excluded} excluded + {} open + {} unmeasured; p95 {}{}",
        result.population,
        result.kept,
        result.late,
        result.open,
        result.unmeasured,
        if p95.is_some() { time::duration(p95) } else { "not measurable".to_owned() },
        if result.simulated { " (SIMULATED REGISTER)" } else { "" },
    ))
}

/// The case of a line once it is judged; the ledger follows the log a moment later.
async fn judged(auditor: &Client, subject_id: &str) -> Result<Case, Error> {
    let until = Instant::now() + LOOK_FOR;
    loop {
        let request = ListCasesRequest {
            characteristic: "9.3".into(),
            subject_id: subject_id.to_owned(),
            page_size: 1,
            ..Default::default()
        };
        let page = auditor.commitments().list_cases(prompt(request)).await?.into_inner();
        match page.cases.into_iter().next() {
            Some(case) if case.verdict() != Verdict::Open => return Ok(case),
            _ if Instant::now() > until => return Err(late("the ledger's case")),
            _ => sleep(LOOK_EVERY).await,
        }
    }
}

async fn until(client: &Client, line: &Line, holds: impl Fn(&LineState) -> bool) -> Result<LineState, Error> {
    let until = Instant::now() + LOOK_FOR;
    loop {
        let now = look(client, line).await?;
        if holds(&now) {
            return Ok(now);
        }
        if Instant::now() > until {
            return Err(late("the confirmation"));
        }
        sleep(LOOK_EVERY).await;
    }
}

async fn look(client: &Client, line: &Line) -> Result<LineState, Error> {
    let request = GetLineRequest { line: Some(play::by_number(line)) };
    Ok(client.lines().get_line(prompt(request)).await?.into_inner().line.unwrap_or_default())
}

pub(super) fn late(what: &str) -> Error {
    Error::Found {
        reason: "DEMO_LATE",
        message: format!("{what} did not come within {} s", LOOK_FOR.as_secs()),
    }
}

fn span_since(start: Instant) -> String {
    time::span(start.elapsed().as_secs_f64() * 1e3)
}

fn to_proto(instant: Timestamp) -> ProtoTimestamp {
    let micros = instant.as_micros();
    let nanos = i32::try_from(micros.rem_euclid(1_000_000) * 1_000).unwrap_or(0);
    ProtoTimestamp { seconds: micros.div_euclid(1_000_000), nanos }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_timeline_counts_from_t0() {
        let at = |micros: i64| Timestamp::from_micros(1_795_325_246_999_000 + micros);
        let act = Act {
            received_at: Some(to_proto(at(0))),
            recorded_at: Some(to_proto(at(1_200))),
            confirmed_at: Some(to_proto(at(3_400))),
            ..Default::default()
        };
        let seen = Times { written: Some(at(1_800)), read_back: None };
        let text = anstream::adapter::strip_str(&timeline(&act, seen)).to_string();
        let numbers: Vec<_> = text.lines().skip(1).filter_map(|row| row.split_whitespace().nth(1)).collect();
        assert_eq!(numbers, ["0.00", "1.20", "1.80", "-", "3.40"], "{text}");
    }
}
