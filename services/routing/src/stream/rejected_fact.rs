//! A fact that could not be taken as a stream of the event log: how its events are stored.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};
use vigie_command::Rejected;
use vigie_eventlog::{Aggregate, Decision, DecodeError, EncodedEvent};

use crate::domain::ExternalIdentifier;
use crate::domain::rejected_fact::{self, Command, Event, Fact, RejectedFact, Rejection, Snapshot, name};

impl Aggregate for RejectedFact {
    const KIND: &'static str = "rejected_fact";
    type State = Option<Self>;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(
        state: &Option<Self>,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<Event>, Rejection> {
        let decided = rejected_fact::decide(state, command, context)?;
        Ok(Decision { events: decided.events, act_id: decided.act_id })
    }

    fn evolve(state: &mut Option<Self>, event: &Event, _recorded_at: Timestamp) {
        rejected_fact::evolve(state, event);
    }

    fn next_due(_state: &Option<Self>) -> Option<Timestamp> {
        None
    }

    fn wake(_due: Timestamp) -> Command {
        Command::Wake
    }

    fn encode(event: &Event) -> Result<EncodedEvent, serde_json::Error> {
        let payload = Payload {
            account_id: Uuid::nil(),
            rejected_fact_id: event.rejected_fact_id,
            external_identifiers: Cow::Borrowed(&[]),
            fact: &event.fact,
            rejected_fact: Cow::Borrowed(&event.rejected_fact),
        };
        EncodedEvent::of(event.name(), Uuid::nil(), None, &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        let decoded = match event_type {
            name::FACT_REJECTED => event(payload, Fact::FactRejected),
            name::REJECTION_SETTLED => event(payload, Fact::RejectionSettled),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }

    fn is_work_left(_state: &Option<Self>) -> bool {
        false
    }
}

impl Rejected for Rejection {
    const WHAT: &'static str = "the rejected fact";
    const EVENTS: &'static str = "vigie.rejected_fact.";

    fn reason(&self) -> &'static str {
        Self::reason(self)
    }

    fn not_found() -> Self {
        Self::NotFound
    }

    fn taken(_kind: &str) -> Option<Self> {
        None
    }
}

/// The stored form: the rejected fact and what happened side by side, and the rejected fact after it.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Payload<'a, F> {
    /// The nil UUID: a rejected fact belongs to no customer.
    account_id: Uuid,
    /// The rejected fact.
    rejected_fact_id: Uuid,
    /// Keys in other systems; the rejected fact has none of its own.
    #[serde(default)]
    external_identifiers: Cow<'a, [ExternalIdentifier]>,
    #[serde(flatten)]
    fact: F,
    /// The rejected fact after what happened.
    rejected_fact: Cow<'a, Snapshot>,
}

fn event<F: DeserializeOwned>(payload: &[u8], fact: fn(F) -> Fact) -> Result<Event, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(Event {
        rejected_fact_id: payload.rejected_fact_id,
        fact: fact(payload.fact),
        rejected_fact: payload.rejected_fact.into_owned(),
    })
}
