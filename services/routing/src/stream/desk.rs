//! A desk as a stream of the event log: how its events are stored, and what they claim in the directory.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};
use vigie_command::Rejected;
use vigie_eventlog::{Aggregate, Decision, DecodeError, DirectoryOp, EncodedEvent};

use super::key;
use crate::domain::ExternalIdentifier;
use crate::domain::desk::{self, Command, Desk, Event, Fact, Rejection, Snapshot, name};

impl Aggregate for Desk {
    const KIND: &'static str = "desk";
    type State = Option<Self>;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(
        state: &Option<Self>,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<Event>, Rejection> {
        let decided = desk::decide(state, command, context)?;
        Ok(Decision { events: decided.events, act_id: decided.act_id })
    }

    fn evolve(state: &mut Option<Self>, event: &Event, _recorded_at: Timestamp) {
        desk::evolve(state, event);
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
            desk_id: event.desk_id,
            external_identifiers: Cow::Borrowed(&event.external_identifiers),
            fact: &event.fact,
            desk: Cow::Borrowed(&event.desk),
        };
        EncodedEvent::of(event.name(), Uuid::nil(), None, &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        let decoded = match event_type {
            name::DESK_REGISTERED => event(payload, Fact::DeskRegistered),
            name::DESK_CHANGED => event(payload, Fact::DeskChanged),
            name::DESK_CLOSED => event(payload, Fact::DeskClosed),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }

    fn is_work_left(_state: &Option<Self>) -> bool {
        false
    }

    /// External identifiers stay with a desk that ended.
    fn directory(event: &Event) -> Vec<DirectoryOp> {
        let overflow = event.desk.particulars.overflow_desk_id;
        let link = |desk_id: Uuid| DirectoryOp::Link { kind: key::OVERFLOW, key: desk_id.to_string() };
        let unlink = |desk_id: Uuid| DirectoryOp::Unlink { kind: key::OVERFLOW, key: desk_id.to_string() };
        let external = event.external_identifiers.iter().map(key::reserve_external);
        match &event.fact {
            Fact::DeskRegistered(_) => external.chain(overflow.map(link)).collect(),
            Fact::DeskChanged(fact) => {
                let former = fact.former_external_identifiers.iter().map(key::release_external);
                let former_overflow = fact.former_overflow_desk_id.map(unlink);
                former.chain(former_overflow).chain(external).chain(overflow.map(link)).collect()
            }
            // No contact overflows from it any more.
            Fact::DeskClosed(_) => overflow.map(unlink).into_iter().collect(),
        }
    }
}

impl Rejected for Rejection {
    const WHAT: &'static str = "the desk";
    const EVENTS: &'static str = "vigie.desk.";

    fn reason(&self) -> &'static str {
        Self::reason(self)
    }

    fn not_found() -> Self {
        Self::DeskNotFound
    }

    fn taken(kind: &str) -> Option<Self> {
        (kind == key::EXTERNAL).then_some(Self::ExternalIdentifierTaken)
    }
}

/// The stored form: desk and what happened side by side, and the desk after it.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Payload<'a, F> {
    /// The nil UUID: desks belong to no customer.
    account_id: Uuid,
    /// The desk.
    desk_id: Uuid,
    /// Keys in other systems.
    #[serde(default)]
    external_identifiers: Cow<'a, [ExternalIdentifier]>,
    #[serde(flatten)]
    fact: F,
    /// The desk after what happened.
    desk: Cow<'a, Snapshot>,
}

fn event<F: DeserializeOwned>(payload: &[u8], fact: fn(F) -> Fact) -> Result<Event, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(Event {
        desk_id: payload.desk_id,
        external_identifiers: payload.external_identifiers.into_owned(),
        fact: fact(payload.fact),
        desk: payload.desk.into_owned(),
    })
}
