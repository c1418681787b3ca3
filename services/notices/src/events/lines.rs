//! `vigie.line.*.v1`.

use serde::Deserialize;
use uuid::Uuid;
use vigie_clock::{Personal, Timestamp};
use vigie_eventlog::RecordedEvent;
use vigie_eventlog::reaction::Unreadable;

use super::{Tell, decode};
use crate::domain::{Cause, CauseKind, LinePlace, Parameter, Parameters, Parties};

/// Whom an event of the log of `lines` is told to, if it is to anybody.
pub(crate) fn told_by_lines(event: &RecordedEvent) -> Result<Option<Tell>, Unreadable> {
    match event.event_type.as_str() {
        "vigie.line.suspension_confirmed.v1" => confirmed(event, CauseKind::LineBarred),
        "vigie.line.reinstatement_confirmed.v1" => confirmed(event, CauseKind::LineReinstated),
        "vigie.line.confirmation_overdue.v1" => overdue(event),
        "vigie.line.second_contact_notice_due.v1" => second_contact(event),
        // A type that this build does not know is nothing that anybody is told of by it.
        _ => Ok(None),
    }
}

/// The line after the event.
#[derive(Deserialize)]
struct Line {
    msisdn: Personal<String>,
    #[serde(default)]
    user_id: Option<String>,
    #[serde(default)]
    site: Option<String>,
    #[serde(default)]
    cost_centre: Option<String>,
    /// Why it is suspended after the event.
    #[serde(default)]
    reasons: Vec<String>,
    #[serde(default)]
    latest_act: Option<Act>,
}

#[derive(Deserialize)]
struct Act {
    reference: String,
    #[serde(default)]
    reason: Option<String>,
}

/// `suspension_confirmed`, `reinstatement_confirmed`.
#[derive(Deserialize)]
struct Confirmed {
    line_id: Uuid,
    acts: Vec<ConfirmedAct>,
    line: Line,
}

#[derive(Deserialize)]
struct ConfirmedAct {
    #[serde(default)]
    reason: Option<String>,
    received_at: Timestamp,
}

/// `confirmation_overdue`.
#[derive(Deserialize)]
struct Overdue {
    line_id: Uuid,
    reference: String,
    kind: String,
    #[serde(default)]
    reason: Option<String>,
    received_at: Timestamp,
    line: Line,
}

/// `second_contact_notice_due`.
#[derive(Deserialize)]
struct SecondContact {
    line_id: Uuid,
    reason: String,
    received_at: Timestamp,
    actor: String,
    #[serde(default)]
    on_behalf_of: Option<String>,
    line: Line,
}

fn is_loss_or_theft(reason: &str) -> bool {
    matches!(reason, "LOSS" | "THEFT")
}

/// Nobody is told of a confirmation whose acts were superseded meanwhile.
fn confirmed(event: &RecordedEvent, kind: CauseKind) -> Result<Option<Tell>, Unreadable> {
    let confirmed: Confirmed = decode(event)?;
    let reasons = || confirmed.acts.iter().filter_map(|act| act.reason.as_deref());
    // Of several acts that one read-back confirms, the gravest says why.
    let gravest = reasons().find(|reason| is_loss_or_theft(reason)).or_else(|| reasons().next());
    let Some(first) = confirmed.acts.first() else { return Ok(None) };
    let received_at = confirmed.acts.iter().map(|act| act.received_at).min().unwrap_or(first.received_at);
    let security = reasons().any(is_loss_or_theft);
    let reason = gravest.map(str::to_owned);
    let act = confirmed.line.latest_act.as_ref();
    let reference = act.map(|act| act.reference.clone()).unwrap_or_default();
    let reason =
        reason.or_else(|| act.and_then(|act| act.reason.clone())).unwrap_or_else(|| "OTHER".to_owned());
    let mut parameters = about(&confirmed.line, &reason, received_at, &reference);
    parameters.insert("at".to_owned(), Parameter::Instant(event.recorded_at));
    Ok(Some(tell(event, kind, security, confirmed.line_id, confirmed.line, parameters)))
}

fn overdue(event: &RecordedEvent) -> Result<Option<Tell>, Unreadable> {
    let overdue: Overdue = decode(event)?;
    // The texts know these two; of others the customer hears when they are done.
    if !matches!(overdue.kind.as_str(), "SUSPEND" | "REINSTATE") {
        return Ok(None);
    }
    let reason = overdue.reason.unwrap_or_else(|| "OTHER".to_owned());
    let mut parameters = about(&overdue.line, &reason, overdue.received_at, &overdue.reference);
    parameters.insert("act".to_owned(), Parameter::Code(overdue.kind));
    let security = is_loss_or_theft(&reason);
    Ok(Some(tell(event, CauseKind::LinePending, security, overdue.line_id, overdue.line, parameters)))
}

fn second_contact(event: &RecordedEvent) -> Result<Option<Tell>, Unreadable> {
    let due: SecondContact = decode(event)?;
    let reference = due.line.latest_act.as_ref().map(|act| act.reference.clone()).unwrap_or_default();
    let mut parameters = about(&due.line, &due.reason, due.received_at, &reference);
    let remains = if due.line.reasons.is_empty() { "NO" } else { "YES" };
    parameters.insert("remains".to_owned(), Parameter::Code(remains.to_owned()));
    let told = tell(event, CauseKind::ReinstatementAsked, true, due.line_id, due.line, parameters);
    let doers = due.on_behalf_of.into_iter().chain([due.actor]).collect();
    Ok(Some(Tell { parties: Parties { doers, ..told.parties }, ..told }))
}

fn about(line: &Line, reason: &str, received_at: Timestamp, reference: &str) -> Parameters {
    [
        ("line", Parameter::Personal(line.msisdn.clone())),
        ("reason", Parameter::Code(reason.to_owned())),
        ("received-at", Parameter::Instant(received_at)),
        ("reference", Parameter::Text(reference.to_owned())),
    ]
    .map(|(name, parameter)| (name.to_owned(), parameter))
    .into()
}

fn tell(
    event: &RecordedEvent,
    kind: CauseKind,
    security: bool,
    line_id: Uuid,
    line: Line,
    parameters: Parameters,
) -> Tell {
    let place = LinePlace { line_id, site: line.site, cost_centre: line.cost_centre };
    Tell {
        cause: Cause {
            kind,
            log: "lines".to_owned(),
            event_id: event.event_id,
            at: event.recorded_at,
            account_id: event.account_id,
            line: Some(place),
            security,
            change: None,
        },
        parameters,
        parties: Parties { user_id: line.user_id, ..Parties::default() },
        manager_staff_id: None,
        segments: Vec::new(),
    }
}
