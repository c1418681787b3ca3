//! Judges answers by the log: each must follow from the line as it was, and none may be older than one that was
//! acknowledged before its request was sent.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Channel, Context, Timestamp};
use vigie_eventlog::Aggregate as _;
use vigie_lines::domain::{self, Act, ActState, Evidence, Fact, Line, LineState, Reason};
use vigie_proto::lines as wire;
use vigie_proto::log::Event as Stored;

use crate::call::{Answer, Attempt, Call, Reply};
use crate::inventory::TestLine;
use crate::record::{LineRecord, Record, recorded_at};

/// Faults that are shown; the first says most.
const FAULTS_SHOWN: usize = 10;

/// `recorded_at` may be this much later than the instant at which an answer was seen to arrive: clocks are read in
/// two processes.
const CLOCK_TOLERANCE: Duration = Duration::from_millis(5);

/// What is wrong, by line.
pub fn faults(calls: &[Call], lines: &[TestLine], record: &Record) -> Vec<(Uuid, String)> {
    let mut faults = Vec::new();
    for call in calls {
        let line_id = lines[call.line].line_id;
        if let Err(fault) = judge(call, record.line(line_id)) {
            faults.push((line_id, format!("{fault}\n  of {call:?}")));
        }
    }
    faults.extend(requests_answered_once(calls, lines, record));
    faults
}

/// Panics with what is wrong, and with the events of the lines that it is wrong with.
pub fn check(calls: &[Call], lines: &[TestLine], record: &Record) {
    let faults = faults(calls, lines, record);
    if faults.is_empty() {
        return;
    }
    let shown: Vec<_> = faults.iter().take(FAULTS_SHOWN).map(|(_, fault)| fault.clone()).collect();
    let of_lines: BTreeSet<_> = faults.iter().take(3).map(|(line_id, _)| *line_id).collect();
    let dumps: String = of_lines.into_iter().map(|line_id| record.dump(line_id)).collect();
    panic!("{} of {} requests:\n{}\n{dumps}", faults.len(), calls.len(), shown.join("\n"));
}

fn judge(call: &Call, line: &LineRecord) -> Result<(), String> {
    let end = call.end().ok_or("was never answered")?;
    for attempt in &call.attempts {
        is_not_older_than_what_was_known(attempt)?;
    }
    match &end.reply {
        Reply::Answered(answer) => {
            shows_the_line(answer, line)?;
            match &answer.act {
                Some(act) => follows(call, answer, act, line),
                None => Ok(()),
            }
        }
        Reply::Refused { reason, version } => was_rightly_refused(call, end, reason, *version, line),
        Reply::Broken(what) => Err(what.clone()),
        Reply::NoAnswer { .. } => Err("was never answered".to_owned()),
    }
}

/// Linearizability by version: whoever saw version N is not told of an older one afterwards.
fn is_not_older_than_what_was_known(attempt: &Attempt) -> Result<(), String> {
    match attempt.reply.version() {
        Some(version) if version < attempt.floor => Err(format!(
            "shows version {version}; {} had been acknowledged before it was sent",
            attempt.floor
        )),
        _ => Ok(()),
    }
}

/// The line in the answer is the line at that version.
fn shows_the_line(answer: &Answer, line: &LineRecord) -> Result<(), String> {
    let shown = &answer.line;
    let at =
        line.at(shown.version).ok_or_else(|| format!("shows version {}, which never was", shown.version))?;
    let expected = (line_shown(at), at.latest_act().map(|act| act.act_id.to_string()).unwrap_or_default());
    let found = ((shown.state, shown.reasons.clone(), shown.evidence), shown.act_id.clone());
    if found != expected {
        return Err(format!("shows {found:?} at version {}, where it was {expected:?}", shown.version));
    }
    let Some(act) = &answer.act else { return Ok(()) };
    let act_id: Uuid = act.act_id.parse().map_err(|_| format!("names act {}", act.act_id))?;
    // A line forgets its older acts, which change no more.
    let remembered = (1..=shown.version).rev().find_map(|version| line.at(version)?.act(act_id));
    let Some(of_line) = remembered else {
        return Err(format!("names act {act_id}, which the line never had up to version {}", shown.version));
    };
    if (act.state, act.evidence) != act_shown(of_line) {
        return Err(format!("shows act {act:?}, which is {of_line:?} at version {}", shown.version));
    }
    Ok(())
}

/// The act in the answer is what the command leads to, decided anew on the line as it was.
fn follows(call: &Call, answer: &Answer, act: &wire::Act, line: &LineRecord) -> Result<(), String> {
    let first_floor = call.attempts.first().map_or(0, |attempt| attempt.floor);
    let recorded = line.of_request(call.request_id);
    let Some((first, _)) = recorded.first() else {
        return is_nothing_new(call, act, first_floor..=answer.line.version, line);
    };
    let last = recorded.last().map_or(0, |(event, _)| event.stream_version);
    if first.act_id != act.act_id {
        return Err(format!("names act {}, and act {} is what it opened", act.act_id, first.act_id));
    }
    if first.stream_version <= first_floor || last > answer.line.version {
        return Err(format!(
            "versions {}..={last} are not between the {first_floor} known before it and the {} in its answer",
            first.stream_version, answer.line.version
        ));
    }
    decides_alike(call, first, &recorded, line)
}

/// The events that the request caused are those that the command leads to, byte by byte.
fn decides_alike(
    call: &Call,
    first: &Stored,
    recorded: &[&(Stored, domain::Event)],
    line: &LineRecord,
) -> Result<(), String> {
    let before = line.at(first.stream_version - 1).cloned();
    let context = context(call, recorded, first);
    let command = call.command().ok_or("a look has caused events")?;
    let decided = domain::decide(&before, &command, &context).map_err(|rejection| {
        format!("was recorded, and on version {} is {rejection:?}", first.stream_version - 1)
    })?;
    let decided: Vec<_> = decided.events.iter().map(|event| Line::encode(event).unwrap().payload).collect();
    let recorded: Vec<_> = recorded.iter().map(|(event, _)| event.payload.clone()).collect();
    if decided != recorded {
        let text = |payloads: &[Vec<u8>]| {
            payloads
                .iter()
                .map(|it| String::from_utf8_lossy(it).into_owned())
                .collect::<Vec<_>>()
                .join("\n    ")
        };
        return Err(format!("recorded\n    {}\n  where\n    {}\n  follows", text(&recorded), text(&decided)));
    }
    Ok(())
}

/// Nothing was recorded, so at some version between what was known before and the answer nothing had to be.
fn is_nothing_new(
    call: &Call,
    act: &wire::Act,
    versions: std::ops::RangeInclusive<i64>,
    line: &LineRecord,
) -> Result<(), String> {
    let command = call.command().ok_or("a look has an act")?;
    let now = call.end().map(|end| end.ended_at_clock).unwrap_or_default();
    let holds = versions.clone().any(|version| {
        let state = line.at(version).cloned();
        let decided = domain::decide(&state, &command, &plain_context(call, now));
        decided.is_ok_and(|decided| decided.events.is_empty() && decided.act_id.to_string() == act.act_id)
    });
    if holds {
        return Ok(());
    }
    Err(format!(
        "recorded nothing and joined act {}, which follows at none of versions {versions:?}",
        act.act_id
    ))
}

/// At some version between what was known before and the refusal, the refusal follows.
fn was_rightly_refused(
    call: &Call,
    end: &Attempt,
    reason: &str,
    version: Option<i64>,
    line: &LineRecord,
) -> Result<(), String> {
    let recorded = line.of_request(call.request_id);
    if let Some((first, _)) = recorded.first() {
        // An earlier attempt that nobody answered may have been on its way still: its outcome was never told, and the
        // refusal is of this attempt.
        if call.attempts.iter().all(|attempt| attempt.reply.is_end()) {
            return Err(format!("was refused with {reason}, and is in the log"));
        }
        decides_alike(call, first, &recorded, line)?;
    }
    let command = call.command().ok_or("a look was refused")?;
    let seen = line.version_at(end.ended_at_clock.plus(CLOCK_TOLERANCE));
    let versions = version.map_or(end.floor..=seen, |version| version..=version);
    let holds = versions.clone().any(|version| {
        let state = line.at(version).cloned();
        let decided = domain::decide(&state, &command, &plain_context(call, end.ended_at_clock));
        decided.is_err_and(|rejection| rejection.reason() == reason)
    });
    if holds {
        Ok(())
    } else {
        Err(format!("was refused with {reason}, which follows at none of {versions:?}"))
    }
}

/// Each request id is one act on one line, and none is there that nobody sent.
fn requests_answered_once(calls: &[Call], lines: &[TestLine], record: &Record) -> Vec<(Uuid, String)> {
    let sent: BTreeMap<_, _> = calls.iter().map(|call| (call.request_id.to_string(), call)).collect();
    let of_test: BTreeSet<_> = lines.iter().map(|line| line.line_id).collect();
    let mut faults = Vec::new();
    for (line_id, line) in record.lines().filter(|(line_id, _)| of_test.contains(line_id)) {
        let mut opened: BTreeMap<&str, Vec<&Stored>> = BTreeMap::new();
        for (event, read) in &line.events {
            if opens_an_act(&read.fact) {
                opened.entry(&event.request_id).or_default().push(event);
            }
        }
        for (request_id, events) in opened {
            match sent.get(request_id) {
                None => {
                    faults.push((*line_id, format!("request {request_id} is in the log, and nobody sent it")))
                }
                Some(call) if lines[call.line].line_id != *line_id => {
                    faults.push((
                        *line_id,
                        format!("request {request_id} was sent for another line: {call:?}"),
                    ));
                }
                Some(_) if events.len() > 1 => {
                    faults.push((
                        *line_id,
                        format!("request {request_id} was carried out {} times", events.len()),
                    ));
                }
                Some(_) => {}
            }
        }
    }
    faults
}

fn opens_an_act(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::SuspensionRequested(_)
            | Fact::SuspensionReasonLifted(_)
            | Fact::ReinstatementRequested(_)
            | Fact::SimReplacementRequested(_)
            | Fact::TerminationRequested(_)
    )
}

/// The context that the recorded events were decided in, as far as it is in them.
fn context(call: &Call, recorded: &[&(Stored, domain::Event)], first: &Stored) -> Context {
    let received_at = recorded.iter().find_map(|(_, event)| match &event.fact {
        Fact::SuspensionRequested(fact) => Some(fact.asked.received_at),
        Fact::SuspensionReasonLifted(fact) => Some(fact.asked.received_at),
        Fact::ReinstatementRequested(fact) => Some(fact.asked.received_at),
        _ => None,
    });
    let now = recorded_at(first);
    Context {
        received_at: received_at.unwrap_or(now),
        act_id: first.act_id.parse().unwrap_or_default(),
        ..plain_context(call, now)
    }
}

fn plain_context(call: &Call, now: Timestamp) -> Context {
    Context {
        now,
        received_at: now,
        actor: call.person.subject.clone(),
        on_behalf_of: None,
        channel: Channel::Extranet,
        request_id: Some(call.request_id),
        act_id: Uuid::nil(),
        traceparent: None,
    }
}

/// A line and an act of it as an answer shows them.
#[derive(Clone, Debug)]
pub struct Shown {
    /// State, reasons, evidence.
    pub line: (i32, Vec<i32>, i32),
    /// State, evidence.
    pub act: (i32, i32),
}

/// How a true answer shows `line` and `act`.
pub fn shown(line: &Line, act: &Act) -> Shown {
    Shown { line: line_shown(line), act: act_shown(act) }
}

fn line_shown(line: &Line) -> (i32, Vec<i32>, i32) {
    let reasons = line.reasons().map(|it| reason(it) as i32).collect();
    (line_state(line.state()) as i32, reasons, evidence(line.evidence()) as i32)
}

fn act_shown(act: &Act) -> (i32, i32) {
    (act_state(act.state) as i32, evidence(act.evidence) as i32)
}

const fn line_state(state: LineState) -> wire::LineState {
    match state {
        LineState::Active => wire::LineState::Active,
        LineState::Suspended => wire::LineState::Suspended,
        LineState::Terminated => wire::LineState::Terminated,
    }
}

const fn reason(reason: Reason) -> wire::SuspensionReason {
    match reason {
        Reason::Loss => wire::SuspensionReason::Loss,
        Reason::Theft => wire::SuspensionReason::Theft,
        Reason::Other => wire::SuspensionReason::Other,
        Reason::Unpaid => wire::SuspensionReason::Unpaid,
        Reason::CommercialFreeze => wire::SuspensionReason::CommercialFreeze,
    }
}

const fn evidence(evidence: Evidence) -> wire::Evidence {
    match evidence {
        Evidence::NotYetConfirmed => wire::Evidence::NotYetConfirmed,
        Evidence::Simulated => wire::Evidence::Simulated,
        Evidence::RegisterReadBack => wire::Evidence::RegisterReadBack,
        Evidence::DetachRequested => wire::Evidence::DetachRequested,
    }
}

const fn act_state(state: ActState) -> wire::ActState {
    match state {
        ActState::Pending => wire::ActState::Pending,
        ActState::Confirmed => wire::ActState::Confirmed,
        ActState::Superseded => wire::ActState::Superseded,
        ActState::Recorded => wire::ActState::Recorded,
    }
}
