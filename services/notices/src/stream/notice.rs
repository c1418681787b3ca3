//! A notice as a stream.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};
use vigie_eventlog::{Aggregate, Decision, DecodeError, EncodedEvent};

use crate::domain::{self, Command, Event, Fact, Notice, Rejection, Snapshot, name};

impl Aggregate for Notice {
    const KIND: &'static str = "notice";
    type State = Option<Self>;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(
        state: &Option<Self>,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<Event>, Rejection> {
        let events = domain::decide(state, command, context)?;
        Ok(Decision { events, act_id: context.act_id })
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
            notice_id: event.notice_id,
            fact: &event.fact,
            notice: Cow::Borrowed(&event.notice),
        };
        EncodedEvent::of(event.name(), event.account_id, None, &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        let decoded = match event_type {
            name::NOTICE_DECIDED => event(payload, Fact::NoticeDecided),
            name::NOBODY_TO_TELL => event(payload, Fact::NobodyToTell),
            name::ATTEMPT_BEGAN => event(payload, Fact::AttemptBegan),
            name::HANDED_OVER => event(payload, Fact::HandedOver),
            name::ATTEMPT_FAILED => event(payload, Fact::AttemptFailed),
            name::REFUSED => event(payload, Fact::Refused),
            name::BOUNCED => event(payload, Fact::Bounced),
            name::FALLBACK_CHOSEN => event(payload, Fact::FallbackChosen),
            name::RETRY_ASKED => event(payload, Fact::RetryAsked),
            name::DELIVERED => event(payload, Fact::Delivered),
            name::GIVEN_UP => event(payload, Fact::GivenUp),
            name::DROPPED => event(payload, Fact::Dropped),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }

    fn is_work_left(_: &Option<Self>) -> bool {
        false
    }
}

/// The stored form: account, notice and what happened side by side, and the notice after it.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Payload<'a, F> {
    /// The customer; nil for what is nobody's own.
    account_id: Uuid,
    /// The notice.
    notice_id: Uuid,
    #[serde(flatten)]
    fact: F,
    /// The notice after what happened.
    notice: Cow<'a, Snapshot>,
}

fn event<F: DeserializeOwned>(payload: &[u8], fact: fn(F) -> Fact) -> Result<Event, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(Event {
        account_id: payload.account_id,
        notice_id: payload.notice_id,
        fact: fact(payload.fact),
        notice: payload.notice.into_owned(),
    })
}
