//! A project abroad as a stream of the event log: how its events are stored.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};
use vigie_command::Rejected;
use vigie_eventlog::{Aggregate, Decision, DecodeError, EncodedEvent};

use crate::domain::ExternalIdentifier;
use crate::domain::project::{self, Command, Event, Fact, Project, Rejection, Snapshot, name};

impl Aggregate for Project {
    const KIND: &'static str = "project";
    type State = Option<Self>;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(
        state: &Option<Self>,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<Event>, Rejection> {
        let decided = project::decide(state, command, context)?;
        Ok(Decision { events: decided.events, act_id: decided.act_id })
    }

    fn evolve(state: &mut Option<Self>, event: &Event, _recorded_at: Timestamp) {
        project::evolve(state, event);
    }

    fn next_due(state: &Option<Self>) -> Option<Timestamp> {
        project::next_due(state)
    }

    fn wake(due: Timestamp) -> Command {
        Command::Wake { due }
    }

    fn encode(event: &Event) -> Result<EncodedEvent, serde_json::Error> {
        let payload = Payload {
            account_id: event.account_id,
            project_id: event.project_id,
            external_identifiers: Cow::Borrowed(&[]),
            fact: &event.fact,
            project: Cow::Borrowed(&event.project),
        };
        EncodedEvent::of(event.name(), event.account_id, None, &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        let decoded = match event_type {
            name::PROJECT_OPENED => event(payload, Fact::ProjectOpened),
            name::REFERENT_CHANGED => event(payload, Fact::ReferentChanged),
            name::PROJECT_ANSWERED => event(payload, Fact::ProjectAnswered),
            name::PROMISE_CHANGED => event(payload, Fact::PromiseChanged),
            name::ANSWER_OVERDUE => event(payload, Fact::AnswerOverdue),
            name::PROJECT_CLOSED => event(payload, Fact::ProjectClosed),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }

    fn is_work_left(_state: &Option<Self>) -> bool {
        false
    }
}

impl Rejected for Rejection {
    const WHAT: &'static str = "the project";
    const EVENTS: &'static str = "vigie.project.";

    fn reason(&self) -> &'static str {
        Self::reason(self)
    }

    fn not_found() -> Self {
        Self::ProjectNotFound
    }

    fn taken(_kind: &str) -> Option<Self> {
        None
    }
}

/// The stored form: the project and what happened side by side, and the project after it.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Payload<'a, F> {
    /// Account of the business customer.
    account_id: Uuid,
    /// The project.
    project_id: Uuid,
    /// Keys in other systems; the project has none of its own.
    #[serde(default)]
    external_identifiers: Cow<'a, [ExternalIdentifier]>,
    #[serde(flatten)]
    fact: F,
    /// The project after what happened.
    project: Cow<'a, Snapshot>,
}

fn event<F: DeserializeOwned>(payload: &[u8], fact: fn(F) -> Fact) -> Result<Event, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(Event {
        project_id: payload.project_id,
        account_id: payload.account_id,
        fact: fact(payload.fact),
        project: payload.project.into_owned(),
    })
}
