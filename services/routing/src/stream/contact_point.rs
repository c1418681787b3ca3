//! A contact point as a stream of the event log: how its events are stored, and where they are filed in the directory.

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
use crate::domain::contact_point::{self, Command, ContactPoint, Event, Fact, Rejection, Snapshot, name};

impl Aggregate for ContactPoint {
    const KIND: &'static str = "contact_point";
    type State = Option<Self>;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(
        state: &Option<Self>,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<Event>, Rejection> {
        let decided = contact_point::decide(state, command, context)?;
        Ok(Decision { events: decided.events, act_id: decided.act_id })
    }

    fn evolve(state: &mut Option<Self>, event: &Event, recorded_at: Timestamp) {
        contact_point::evolve(state, event, recorded_at);
    }

    fn next_due(state: &Option<Self>) -> Option<Timestamp> {
        contact_point::next_due(state)
    }

    fn wake(due: Timestamp) -> Command {
        Command::Wake { due }
    }

    fn encode(event: &Event) -> Result<EncodedEvent, serde_json::Error> {
        let payload = Payload {
            account_id: Uuid::nil(),
            contact_point_id: event.contact_point_id,
            external_identifiers: Cow::Borrowed(&[]),
            fact: &event.fact,
            contact_point: Cow::Borrowed(&event.contact_point),
        };
        EncodedEvent::of(event.name(), Uuid::nil(), None, &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        let decoded = match event_type {
            name::VERSION_PUBLISHED => event(payload, Fact::VersionPublished),
            name::CHANGE_NOTICE_DUE => event(payload, Fact::ChangeNoticeDue),
            name::VERSION_TOOK_EFFECT => event(payload, Fact::VersionTookEffect),
            name::RETIREMENT_RECORDED => event(payload, Fact::RetirementRecorded),
            name::CONTACT_POINT_ENDED => event(payload, Fact::ContactPointEnded),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }

    fn is_work_left(_state: &Option<Self>) -> bool {
        false
    }

    /// A contact point stays filed under a desk that it led to: who reads the link looks at the contact point itself.
    fn directory(event: &Event) -> Vec<DirectoryOp> {
        match &event.fact {
            Fact::VersionPublished(fact) => {
                vec![DirectoryOp::Link { kind: key::DESK, key: fact.version.content.desk_id.to_string() }]
            }
            _ => Vec::new(),
        }
    }
}

impl Rejected for Rejection {
    const WHAT: &'static str = "the contact point";
    const EVENTS: &'static str = "vigie.contact_point.";

    fn reason(&self) -> &'static str {
        Self::reason(self)
    }

    fn not_found() -> Self {
        Self::ContactPointNotFound
    }

    fn taken(_kind: &str) -> Option<Self> {
        None
    }
}

/// The stored form: contact point and what happened side by side, and the contact point after it.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Payload<'a, F> {
    /// The nil UUID: contact points belong to no customer.
    account_id: Uuid,
    /// The contact point.
    contact_point_id: Uuid,
    /// Keys in other systems; a contact point has none of its own.
    #[serde(default)]
    external_identifiers: Cow<'a, [ExternalIdentifier]>,
    #[serde(flatten)]
    fact: F,
    /// Which of its versions are valid when, after what happened.
    contact_point: Cow<'a, Snapshot>,
}

fn event<F: DeserializeOwned>(payload: &[u8], fact: fn(F) -> Fact) -> Result<Event, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(Event {
        contact_point_id: payload.contact_point_id,
        fact: fact(payload.fact),
        contact_point: payload.contact_point.into_owned(),
    })
}
