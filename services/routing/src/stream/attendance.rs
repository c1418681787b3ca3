//! A team's day as a stream of the event log: how its events are stored.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};
use vigie_command::Rejected;
use vigie_eventlog::{Aggregate, Decision, DecodeError, EncodedEvent};

use crate::domain::ExternalIdentifier;
use crate::domain::attendance::{self, Attendance, Command, Event, Fact, Rejection, Snapshot, name};

impl Aggregate for Attendance {
    const KIND: &'static str = "attendance";
    type State = Option<Self>;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(
        state: &Option<Self>,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<Event>, Rejection> {
        let decided = attendance::decide(state, command, context)?;
        Ok(Decision { events: decided.events, act_id: decided.act_id })
    }

    fn evolve(state: &mut Option<Self>, event: &Event, _recorded_at: Timestamp) {
        attendance::evolve(state, event);
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
            attendance_id: event.attendance_id,
            external_identifiers: Cow::Borrowed(&[]),
            fact: &event.fact,
            attendance: Cow::Borrowed(&event.attendance),
        };
        EncodedEvent::of(event.name(), Uuid::nil(), None, &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        let decoded = match event_type {
            name::DESK_STAFFED => event(payload, Fact::DeskStaffed),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }

    fn is_work_left(_state: &Option<Self>) -> bool {
        false
    }
}

impl Rejected for Rejection {
    const WHAT: &'static str = "the team's day";
    const EVENTS: &'static str = "vigie.attendance.";

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

/// The stored form: the team's day and what happened side by side, and the team's day after it.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Payload<'a, F> {
    /// The nil UUID: a team's day belongs to no customer.
    account_id: Uuid,
    /// The team's day.
    attendance_id: Uuid,
    /// Keys in other systems; the team's day has none of its own.
    #[serde(default)]
    external_identifiers: Cow<'a, [ExternalIdentifier]>,
    #[serde(flatten)]
    fact: F,
    /// The team's day after what happened.
    attendance: Cow<'a, Snapshot>,
}

fn event<F: DeserializeOwned>(payload: &[u8], fact: fn(F) -> Fact) -> Result<Event, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(Event {
        attendance_id: payload.attendance_id,
        fact: fact(payload.fact),
        attendance: payload.attendance.into_owned(),
    })
}
