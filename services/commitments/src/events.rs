//! What the ledger reads of `vigie.line.*.v1`, and of the log of `routing`: own tolerant types, only the fields that a
//! verdict rests on.
//!
//! A field that is not known here is ignored, a field that only evidence needs may be missing (then the case is
//! unmeasured), a field of another shape than published makes the event unreadable. Nothing personal is read.

mod account;
mod contact;
mod contact_point;
mod handset;
mod named;
mod project;
mod review_plan;
mod routing;

use serde::Deserialize;
use uuid::Uuid;
use vigie_clock::Timestamp;
use vigie_eventlog::RecordedEvent;

use crate::domain::{
    Act, ActKind, Entry, EvidenceLevel, Meaning, Opening, Place, RegisterState, Request, SuspensionReason,
};

pub(crate) use routing::OF_ROUTING;
pub use routing::read_routing;

/// How the names of the events that the ledger reads begin.
pub(crate) const OF_LINES: &str = "vigie.line.";

/// An event of the log as the ledger reads it. Never fails: what cannot be read is said to be so.
pub fn read(event: &RecordedEvent) -> Entry {
    Entry {
        event_id: event.event_id,
        stream_id: event.stream_id,
        stream_version: event.stream_version,
        recorded_at: event.recorded_at,
        meaning: meaning(event).unwrap_or_else(|error| unreadable(event, &error)),
        strokes: handset::strokes(event).unwrap_or_else(|_| handset::unreadable(event)),
    }
}

fn meaning(event: &RecordedEvent) -> Result<Meaning, Unreadable> {
    // Publishing a type under `vigie.line.` that this list does not have is legal: it is skipped and counted.
    match event.event_type.as_str() {
        "vigie.line.suspension_requested.v1" => asked(event, Some(ActKind::Suspend), false),
        "vigie.line.reinstatement_requested.v1" => asked(event, Some(ActKind::Reinstate), false),
        "vigie.line.suspension_reason_lifted.v1" => asked(event, Some(ActKind::Reinstate), true),
        "vigie.line.sim_replacement_requested.v1" | "vigie.line.termination_requested.v1" => {
            asked(event, None, false)
        }
        "vigie.line.suspension_confirmed.v1"
        | "vigie.line.reinstatement_confirmed.v1"
        | "vigie.line.sim_replacement_confirmed.v1"
        | "vigie.line.termination_confirmed.v1" => confirmed(event),
        "vigie.line.confirmation_overdue.v1" => {
            let overdue: Overdue = decode(event)?;
            Ok(Meaning::Overdue { act_id: named(overdue.act_id, event)? })
        }
        "vigie.line.register_drift_found.v1" => Ok(Meaning::DriftFound { acts: drift(event)? }),
        "vigie.line.register_drift_repaired.v1" => Ok(Meaning::DriftRepaired { acts: drift(event)? }),
        // Read apart: what cannot be read stops the line's acts too.
        name if handset::NAMES.contains(&name) => handset::strokes(event).map(|_| Meaning::Aside),
        "vigie.line.line_registered.v1"
        | "vigie.line.second_contact_notice_due.v1"
        | "vigie.line.handset_recorded.v1"
        | "vigie.line.handset_unblocked.v1"
        | "vigie.line.handset_block_kept.v1"
        | "vigie.line.port_out_noted.v1"
        | "vigie.line.port_out_cancelled.v1"
        | "vigie.line.port_out_completed.v1" => Ok(Meaning::Aside),
        _ => Ok(Meaning::Unknown),
    }
}

#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error("the payload does not decode")]
    Payload(#[from] serde_json::Error),
    #[error("neither the payload nor the envelope names the act")]
    NoAct,
    #[error("the payload does not say for which reason")]
    NoReason,
}

fn decode<'a, T: Deserialize<'a>>(event: &'a RecordedEvent) -> Result<T, Unreadable> {
    Ok(serde_json::from_slice(&event.payload)?)
}

fn named(act_id: Option<Uuid>, event: &RecordedEvent) -> Result<Uuid, Unreadable> {
    act_id.or(event.act_id).ok_or(Unreadable::NoAct)
}

/// `suspension_requested`, `reinstatement_requested`, `suspension_reason_lifted`, `sim_replacement_requested`,
/// `termination_requested`.
#[derive(Deserialize)]
struct Asked {
    act_id: Option<Uuid>,
    reason: Option<String>,
    received_at: Option<Timestamp>,
    #[serde(default)]
    supersedes: Vec<Uuid>,
    #[serde(default)]
    line: Line,
}

/// The line after the event.
#[derive(Default, Deserialize)]
struct Line {
    site: Option<String>,
    cost_centre: Option<String>,
}

fn asked(
    event: &RecordedEvent,
    kind: Option<ActKind>,
    other_reasons_remain: bool,
) -> Result<Meaning, Unreadable> {
    let asked: Asked = decode(event)?;
    let act = match kind {
        Some(kind) => {
            let reason = asked.reason.as_deref().ok_or(Unreadable::NoReason)?;
            Some(Act { kind, reason: SuspensionReason::parse(reason) })
        }
        None => None,
    };
    Ok(Meaning::Asked(Request {
        act_id: named(asked.act_id, event)?,
        act,
        place: Place {
            account_id: event.account_id,
            site: storable(asked.line.site),
            cost_centre: storable(asked.line.cost_centre),
        },
        received_at: asked.received_at,
        other_reasons_remain,
        supersedes: asked.supersedes,
    }))
}

/// PostgreSQL has no U+0000 in a text: one in a label must not jam the ledger (rule 3).
fn storable(label: Option<String>) -> Option<String> {
    label.filter(|label| !label.contains('\0'))
}

/// `suspension_confirmed`, `reinstatement_confirmed`, `sim_replacement_confirmed`, `termination_confirmed`.
#[derive(Deserialize)]
struct Confirmed {
    acts: Option<Vec<ConfirmedAct>>,
    evidence: Option<String>,
    cs: Option<bool>,
    ps: Option<bool>,
}

#[derive(Deserialize)]
struct ConfirmedAct {
    act_id: Uuid,
}

fn confirmed(event: &RecordedEvent) -> Result<Meaning, Unreadable> {
    let confirmed: Confirmed = decode(event)?;
    let acts = match confirmed.acts {
        Some(acts) => acts.into_iter().map(|act| act.act_id).collect(),
        None => vec![named(None, event)?],
    };
    let level = confirmed.evidence.as_deref().and_then(EvidenceLevel::parse);
    let register = match (confirmed.cs, confirmed.ps, level) {
        (Some(cs), Some(ps), Some(level)) => Some(RegisterState { cs, ps, level }),
        _ => None,
    };
    Ok(Meaning::Confirmed { acts, register })
}

/// `confirmation_overdue`.
#[derive(Deserialize)]
struct Overdue {
    act_id: Option<Uuid>,
}

/// `register_drift_found`, `register_drift_repaired`.
#[derive(Deserialize)]
struct Drift {
    act_ids: Option<Vec<Uuid>>,
}

fn drift(event: &RecordedEvent) -> Result<Vec<Uuid>, Unreadable> {
    let drift: Drift = decode(event)?;
    Ok(drift.act_ids.unwrap_or_else(|| event.act_id.into_iter().collect()))
}

fn unreadable(event: &RecordedEvent, error: &Unreadable) -> Meaning {
    tell_unreadable(event, error);
    let may_open = matches!(
        event.event_type.as_str(),
        "vigie.line.suspension_requested.v1"
            | "vigie.line.reinstatement_requested.v1"
            | "vigie.line.suspension_reason_lifted.v1"
    );
    Meaning::Unreadable {
        may_open: may_open.then(|| Opening {
            act_id: event.act_id.unwrap_or(event.event_id),
            subject_id: event.stream_id,
            place: Place { account_id: event.account_id, site: None, cost_centre: None },
            act: None,
            received_at: None,
            other_reasons_remain: false,
            event_id: event.event_id,
            recorded_at: event.recorded_at,
        }),
    }
}

fn tell_unreadable(event: &RecordedEvent, error: &Unreadable) {
    // The decoder's own words may quote the payload, which can hold personal data: only where, never what.
    let column = match error {
        Unreadable::Payload(error) => error.column(),
        Unreadable::NoAct | Unreadable::NoReason => 0,
    };
    tracing::error!(
        position = event.position,
        event_id = %event.event_id,
        stream_id = %event.stream_id,
        event_type = event.event_type,
        column,
        "event cannot be read: the open cases of its stream stop here: {error}"
    );
}
