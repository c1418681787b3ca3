//! The reviews of a company as a stream of the event log: how its events are stored.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};
use vigie_command::Rejected;
use vigie_eventlog::{Aggregate, Decision, DecodeError, EncodedEvent};

use crate::domain::ExternalIdentifier;
use crate::domain::review_plan::{self, Command, Event, Fact, Rejection, ReviewPlan, Snapshot, name};

impl Aggregate for ReviewPlan {
    const KIND: &'static str = "review_plan";
    type State = Option<Self>;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(
        state: &Option<Self>,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<Event>, Rejection> {
        let decided = review_plan::decide(state, command, context)?;
        Ok(Decision { events: decided.events, act_id: decided.act_id })
    }

    fn evolve(state: &mut Option<Self>, event: &Event, _recorded_at: Timestamp) {
        review_plan::evolve(state, event);
    }

    fn next_due(state: &Option<Self>) -> Option<Timestamp> {
        review_plan::next_due(state)
    }

    fn wake(due: Timestamp) -> Command {
        Command::Wake { due }
    }

    fn encode(event: &Event) -> Result<EncodedEvent, serde_json::Error> {
        let payload = Payload {
            account_id: event.account_id,
            review_plan_id: review_plan::plan_id(event.account_id),
            external_identifiers: Cow::Borrowed(&[]),
            fact: &event.fact,
            review_plan: Cow::Borrowed(&event.review_plan),
        };
        EncodedEvent::of(event.name(), event.account_id, None, &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        let decoded = match event_type {
            name::PLAN_OPENED => event(payload, Fact::PlanOpened),
            name::REVIEW_PLANNED => event(payload, Fact::ReviewPlanned),
            name::REVIEW_RESCHEDULED => event(payload, Fact::ReviewRescheduled),
            name::REVIEW_HELD => event(payload, Fact::ReviewHeld),
            name::REVIEW_CANCELLED => event(payload, Fact::ReviewCancelled),
            name::REVIEW_DUE => event(payload, Fact::ReviewDue),
            name::REVIEW_OVERDUE => event(payload, Fact::ReviewOverdue),
            name::REVIEW_EXCUSED => event(payload, Fact::ReviewExcused),
            name::PLAN_ENDED => event(payload, Fact::PlanEnded),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }

    fn is_work_left(_state: &Option<Self>) -> bool {
        false
    }
}

impl Rejected for Rejection {
    const WHAT: &'static str = "the plan of reviews";
    const EVENTS: &'static str = "vigie.review_plan.";

    fn reason(&self) -> &'static str {
        Self::reason(self)
    }

    fn not_found() -> Self {
        Self::PlanNotFound
    }

    fn taken(_kind: &str) -> Option<Self> {
        None
    }
}

/// The stored form: the plan and what happened side by side, and the plan after it.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Payload<'a, F> {
    /// Account of the business customer.
    account_id: Uuid,
    /// The plan.
    review_plan_id: Uuid,
    /// Keys in other systems; the plan has none of its own.
    #[serde(default)]
    external_identifiers: Cow<'a, [ExternalIdentifier]>,
    #[serde(flatten)]
    fact: F,
    /// The plan after what happened.
    review_plan: Cow<'a, Snapshot>,
}

fn event<F: DeserializeOwned>(payload: &[u8], fact: fn(F) -> Fact) -> Result<Event, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(Event {
        account_id: payload.account_id,
        fact: fact(payload.fact),
        review_plan: payload.review_plan.into_owned(),
    })
}
