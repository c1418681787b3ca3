//! What the timeline reads of `vigie.line.*.v1`: own tolerant types, only the fields that it shows or that an act rests on.
//!
//! A field that is not known here is ignored, most may be missing, a field of another shape than published makes the event
//! unreadable. Nothing `Personal` is read: number, SIM, account holder and caller checks stay in the log.

use serde::Deserialize;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::RecordedEvent;

use crate::domain::{ActKind, Asked, Entry, EntryKind, Meaning, Place, Record};

/// How the names of the events of lines begin.
pub(crate) const OF_LINES: &str = "vigie.line.";

/// An event of the log as the timeline reads it. One of a type that this build does not know is always readable:
/// publishing such under `vigie.line.` is legal, whatever its fields mean.
pub fn read(event: &RecordedEvent) -> Result<Record, Unreadable> {
    let kind = EntryKind::of(&event.event_type);
    if kind == EntryKind::Unknown {
        let OnlyTheLine { line } = serde_json::from_slice(&event.payload).unwrap_or_default();
        return Ok(record(event, Payload { line, ..Payload::default() }, Meaning::Unknown));
    }
    let unreadable = |why| Unreadable { event_id: event.event_id, why };
    let payload: Payload = serde_json::from_slice(&event.payload)
        .map_err(|error| unreadable(Why::Payload { column: error.column() }))?;
    let meaning = meaning(kind, &payload, event).map_err(unreadable)?;
    Ok(record(event, payload, meaning))
}

/// An event that could not be read and that a person let pass by: only its envelope speaks.
pub(crate) fn skipped(event: &RecordedEvent) -> Record {
    let mut record = record(event, Payload::default(), Meaning::Skipped);
    record.entry.skipped = true;
    record
}

/// An event of a known type that is not as published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("event {event_id} cannot be read: {why}")]
pub struct Unreadable {
    /// The event.
    pub event_id: Uuid,
    why: Why,
}

/// Where, and never what: the decoder's own words may quote the payload, which can hold personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum Why {
    #[error("the payload does not decode at column {column}")]
    Payload { column: usize },
    #[error("neither the payload nor the envelope names the act")]
    NoAct,
    #[error("the payload does not say for which reason")]
    NoReason,
}

/// The fields of every event of a line; each has some of them.
#[derive(Default, Deserialize)]
struct Payload {
    act_id: Option<Uuid>,
    reference: Option<String>,
    reason: Option<String>,
    received_at: Option<Timestamp>,
    #[serde(default)]
    supersedes: Vec<Uuid>,
    undoes: Option<Uuid>,
    acts: Option<Vec<ConfirmedAct>>,
    act_ids: Option<Vec<Uuid>>,
    evidence: Option<String>,
    line: Option<LineAfter>,
}

#[derive(Deserialize)]
struct ConfirmedAct {
    act_id: Uuid,
}

/// The line after the event.
#[derive(Deserialize)]
struct LineAfter {
    state: Option<String>,
    #[serde(default)]
    reasons: Vec<String>,
    site: Option<String>,
    cost_centre: Option<String>,
    user_id: Option<String>,
    evidence: Option<String>,
}

#[derive(Default, Deserialize)]
struct OnlyTheLine {
    line: Option<LineAfter>,
}

fn meaning(kind: EntryKind, payload: &Payload, event: &RecordedEvent) -> Result<Meaning, Why> {
    let named = || payload.act_id.or(event.act_id);
    let asked = |act: ActKind, record_only: bool| {
        let has_reason = matches!(act, ActKind::Suspend | ActKind::Reinstate);
        if has_reason && payload.reason.is_none() {
            return Err(Why::NoReason);
        }
        Ok(Meaning::Asked(Asked {
            act_id: named().ok_or(Why::NoAct)?,
            kind: act,
            received_at: payload.received_at,
            record_only,
            supersedes: payload.supersedes.clone(),
            undoes: payload.undoes,
        }))
    };
    match kind {
        EntryKind::SuspensionRequested => asked(ActKind::Suspend, false),
        EntryKind::ReinstatementRequested => asked(ActKind::Reinstate, false),
        EntryKind::SuspensionReasonLifted => asked(ActKind::Reinstate, true),
        EntryKind::SimReplacementRequested => asked(ActKind::ReplaceSim, false),
        EntryKind::TerminationRequested => asked(ActKind::Terminate, false),
        EntryKind::SuspensionConfirmed
        | EntryKind::ReinstatementConfirmed
        | EntryKind::SimReplacementConfirmed
        | EntryKind::TerminationConfirmed => Ok(Meaning::Confirmed(match &payload.acts {
            Some(acts) => acts.iter().map(|act| act.act_id).collect(),
            None => vec![named().ok_or(Why::NoAct)?],
        })),
        EntryKind::ConfirmationOverdue => Ok(Meaning::Overdue(named().ok_or(Why::NoAct)?)),
        EntryKind::RegisterDriftFound | EntryKind::RegisterDriftRepaired => {
            let acts = payload.act_ids.clone();
            Ok(Meaning::Mentions(acts.unwrap_or_else(|| event.act_id.into_iter().collect())))
        }
        // About the handset or the number: no act of the line is asked for or ends.
        EntryKind::HandsetRecorded
        | EntryKind::TheftDeclared
        | EntryKind::HandsetBlocked
        | EntryKind::HandsetBlockOverdue
        | EntryKind::HandsetRecovered
        | EntryKind::HandsetUnblocked
        | EntryKind::HandsetBlockKept
        | EntryKind::PortOutNoted
        | EntryKind::PortOutCancelled => Ok(Meaning::Mentions(Vec::new())),
        EntryKind::LineRegistered | EntryKind::SecondContactNoticeDue | EntryKind::PortOutCompleted => {
            Ok(Meaning::Mentions(named().into_iter().collect()))
        }
        EntryKind::Unknown | EntryKind::Skipped => Ok(Meaning::Unknown),
    }
}

fn record(event: &RecordedEvent, payload: Payload, meaning: Meaning) -> Record {
    let Payload { act_id, reference, reason, evidence, line, .. } = payload;
    let (place, after) = match line {
        Some(LineAfter { state, reasons, site, cost_centre, user_id, evidence }) => {
            let place = Place {
                site: storable(site),
                cost_centre: storable(cost_centre),
                user_id: storable(user_id),
            };
            (Some(place), (storable(state), reasons, evidence))
        }
        None => (None, (None, Vec::new(), None)),
    };
    let (line_state, line_reasons, line_evidence) = after;
    Record {
        entry: Entry {
            event_id: event.event_id,
            line_id: event.stream_id,
            version: event.stream_version,
            incarnation: event.incarnation,
            event_type: event.event_type.clone(),
            recorded_at: event.recorded_at,
            occurred_at: event.occurred_at,
            actor: event.actor.clone(),
            on_behalf_of: event.on_behalf_of.clone(),
            channel: event.channel.clone(),
            act_id: event.act_id.or(act_id),
            act_ids: Vec::new(),
            reference: storable(reference),
            reason: storable(reason),
            evidence: storable(evidence.or(line_evidence)),
            line_state,
            line_reasons: line_reasons.into_iter().filter_map(|reason| storable(Some(reason))).collect(),
            skipped: false,
        },
        account_id: event.account_id,
        place,
        meaning,
    }
}

/// PostgreSQL has no U+0000 in a text: one in a label must not jam the view (rule 3).
fn storable(label: Option<String>) -> Option<String> {
    label.filter(|label| !label.contains('\0'))
}
