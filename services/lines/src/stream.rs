//! A line as a stream of the event log: how its events are stored, and what they claim in the directory.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Context, Personal, Timestamp};
use vigie_eventlog::{Aggregate, Decision, DecodeError, DirectoryOp, EncodedEvent};

use crate::domain::{
    self, Command, Event, ExternalIdentifier, Fact, Iccid, Imei, Imsi, Line, Rejection, Snapshot, name,
};

#[cfg(test)]
mod tests;

/// Kinds of key that a line holds in the directory.
pub mod key {
    /// Number; one line has it.
    pub const MSISDN: &str = "msisdn";
    /// SIM's identity in the network; one line has it, also after it was replaced.
    pub const IMSI: &str = "imsi";
    /// SIM's printed number; one line has it, also after it was replaced.
    pub const ICCID: &str = "iccid";
    /// Handset that is declared stolen; may be declared so on many lines.
    pub const IMEI: &str = "imei";
    /// Id of a main line; has its data twins.
    pub const TWIN: &str = "twin";
    /// Number that went to another operator; the lines that it left, until it comes back to one.
    pub const PORTED_OUT: &str = "ported_out";
    /// Person of an account, see [`person`](super::person_key); has many lines.
    pub const PERSON: &str = "person";
}

/// Key of a person in the directory: user ids are only unique within an account.
pub fn person_key(account_id: Uuid, user_id: &str) -> String {
    format!("{account_id}/{user_id}")
}

impl Aggregate for Line {
    const KIND: &'static str = "line";
    type State = Option<Self>;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(
        state: &Option<Self>,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<Event>, Rejection> {
        let decided = domain::decide(state, command, context)?;
        Ok(Decision { events: decided.events, act_id: decided.act_id })
    }

    fn evolve(state: &mut Option<Self>, event: &Event, recorded_at: Timestamp) {
        domain::evolve(state, event, recorded_at);
    }

    fn next_due(state: &Option<Self>) -> Option<Timestamp> {
        domain::next_due(state)
    }

    fn wake(due: Timestamp) -> Command {
        Command::Wake { due }
    }

    fn encode(event: &Event) -> Result<EncodedEvent, serde_json::Error> {
        let payload = Payload {
            account_id: event.account_id,
            line_id: event.line_id,
            external_identifiers: Cow::Borrowed(&event.external_identifiers),
            fact: &event.fact,
            line: Cow::Borrowed(&event.line),
        };
        EncodedEvent::of(event.name(), event.account_id, event.act_id(), &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        let decoded = match event_type {
            name::LINE_REGISTERED => event(payload, Fact::LineRegistered),
            name::SUSPENSION_REQUESTED => event(payload, Fact::SuspensionRequested),
            name::SUSPENSION_CONFIRMED => event(payload, Fact::SuspensionConfirmed),
            name::SUSPENSION_REASON_LIFTED => event(payload, Fact::SuspensionReasonLifted),
            name::REINSTATEMENT_REQUESTED => event(payload, Fact::ReinstatementRequested),
            name::REINSTATEMENT_CONFIRMED => event(payload, Fact::ReinstatementConfirmed),
            name::CONFIRMATION_OVERDUE => event(payload, Fact::ConfirmationOverdue),
            name::SECOND_CONTACT_NOTICE_DUE => event(payload, Fact::SecondContactNoticeDue),
            name::SIM_REPLACEMENT_REQUESTED => event(payload, Fact::SimReplacementRequested),
            name::SIM_REPLACEMENT_CONFIRMED => event(payload, Fact::SimReplacementConfirmed),
            name::TERMINATION_REQUESTED => event(payload, Fact::TerminationRequested),
            name::TERMINATION_CONFIRMED => event(payload, Fact::TerminationConfirmed),
            name::REGISTER_DRIFT_FOUND => event(payload, Fact::RegisterDriftFound),
            name::REGISTER_DRIFT_REPAIRED => event(payload, Fact::RegisterDriftRepaired),
            name::HANDSET_RECORDED => event(payload, Fact::HandsetRecorded),
            name::THEFT_DECLARED => event(payload, Fact::TheftDeclared),
            name::HANDSET_BLOCKED => event(payload, Fact::HandsetBlocked),
            name::HANDSET_BLOCK_OVERDUE => event(payload, Fact::HandsetBlockOverdue),
            name::HANDSET_RECOVERED => event(payload, Fact::HandsetRecovered),
            name::HANDSET_UNBLOCKED => event(payload, Fact::HandsetUnblocked),
            name::HANDSET_BLOCK_KEPT => event(payload, Fact::HandsetBlockKept),
            name::PORT_OUT_NOTED => event(payload, Fact::PortOutNoted),
            name::PORT_OUT_CANCELLED => event(payload, Fact::PortOutCancelled),
            name::PORT_OUT_COMPLETED => event(payload, Fact::PortOutCompleted),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }

    fn is_work_left(state: &Option<Self>) -> bool {
        state.as_ref().is_some_and(Self::is_unconfirmed)
    }

    fn directory(event: &Event) -> Vec<DirectoryOp> {
        match &event.fact {
            Fact::LineRegistered(_) => {
                let number = reserve(key::MSISDN, event.line.msisdn.known().map(domain::Msisdn::as_str));
                let person = person(event).map(|key| DirectoryOp::Link { kind: key::PERSON, key });
                let sim = reserve_sim(&event.line.imsi, &event.line.iccid);
                let twin = main_line(event).map(|key| DirectoryOp::Link { kind: key::TWIN, key });
                number.into_iter().chain(sim).chain(person).chain(twin).collect()
            }
            // The old SIM stays with the line: it stays barred, and nobody else may bring it back to life.
            Fact::SimReplacementRequested(fact) => reserve_sim(&fact.new_imsi, &fact.new_iccid).collect(),
            Fact::TerminationConfirmed(fact) => {
                let number = event.line.msisdn.known().map(|msisdn| DirectoryOp::Release {
                    kind: key::MSISDN,
                    key: msisdn.as_str().to_owned(),
                    until: fact.number_quarantined_until,
                });
                let person = person(event).map(|key| DirectoryOp::Unlink { kind: key::PERSON, key });
                let twin = main_line(event).map(|key| DirectoryOp::Unlink { kind: key::TWIN, key });
                number.into_iter().chain(person).chain(twin).chain(gone(event)).collect()
            }
            // Also on an ended line: it is the handset that is stolen.
            Fact::TheftDeclared(fact) => {
                stolen(&fact.imei).map(|key| DirectoryOp::Link { kind: key::IMEI, key }).into_iter().collect()
            }
            Fact::HandsetRecovered(fact) => stolen(&fact.imei)
                .map(|key| DirectoryOp::Unlink { kind: key::IMEI, key })
                .into_iter()
                .collect(),
            _ => Vec::new(),
        }
    }
}

/// The stored form: account, line and what happened side by side, and the line after it.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Payload<'a, F> {
    /// Account of the business customer.
    account_id: Uuid,
    /// The line.
    line_id: Uuid,
    /// Keys in other systems.
    #[serde(default)]
    external_identifiers: Cow<'a, [ExternalIdentifier]>,
    #[serde(flatten)]
    fact: F,
    /// The line after what happened.
    line: Cow<'a, Snapshot>,
}

fn event<F: DeserializeOwned>(payload: &[u8], fact: fn(F) -> Fact) -> Result<Event, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(Event {
        account_id: payload.account_id,
        line_id: payload.line_id,
        external_identifiers: payload.external_identifiers.into_owned(),
        fact: fact(payload.fact),
        line: payload.line.into_owned(),
    })
}

fn reserve_sim(imsi: &Personal<Imsi>, iccid: &Personal<Iccid>) -> impl Iterator<Item = DirectoryOp> {
    let imsi = reserve(key::IMSI, imsi.known().map(Imsi::as_str));
    let iccid = reserve(key::ICCID, iccid.known().map(Iccid::as_str));
    imsi.into_iter().chain(iccid)
}

fn reserve(kind: &'static str, key: Option<&str>) -> Option<DirectoryOp> {
    key.map(|key| DirectoryOp::Reserve { kind, key: key.to_owned() })
}

/// Where a number went that is ours no more.
fn gone(event: &Event) -> Option<DirectoryOp> {
    let key = event.line.msisdn.known().filter(|_| event.line.ported_out_at.is_some())?;
    Some(DirectoryOp::Link { kind: key::PORTED_OUT, key: key.as_str().to_owned() })
}

fn stolen(imei: &Personal<Imei>) -> Option<String> {
    imei.known().map(|imei| imei.as_str().to_owned())
}

fn main_line(event: &Event) -> Option<String> {
    event.line.twin_of.map(|main| main.to_string())
}

fn person(event: &Event) -> Option<String> {
    event.line.user_id.as_deref().map(|user_id| person_key(event.account_id, user_id))
}
