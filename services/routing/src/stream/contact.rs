//! A contact as a stream of the event log: how its events are stored.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};
use vigie_command::Rejected;
use vigie_eventlog::{Aggregate, Decision, DecodeError, EncodedEvent};

use crate::domain::ExternalIdentifier;
use crate::domain::contact::{self, Command, Contact, Event, Fact, Pinned, Rejection, Snapshot, name};

/// Kind of the key that a contact has where it is told of.
const KEY_KIND: &str = "contact";

impl Aggregate for Contact {
    const KIND: &'static str = "contact";
    type State = Option<Self>;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(
        state: &Option<Self>,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<Event>, Rejection> {
        let decided = contact::decide(state, command, context)?;
        Ok(Decision { events: decided.events, act_id: decided.act_id })
    }

    fn evolve(state: &mut Option<Self>, event: &Event, _recorded_at: Timestamp) {
        contact::evolve(state, event);
    }

    fn next_due(state: &Option<Self>) -> Option<Timestamp> {
        contact::next_due(state)
    }

    fn wake(due: Timestamp) -> Command {
        Command::Wake { due }
    }

    fn encode(event: &Event) -> Result<EncodedEvent, serde_json::Error> {
        // A contact whose caller nobody recognised is no customer's.
        let account_id = event.contact.account_id().unwrap_or_default();
        let identifier = ExternalIdentifier {
            owner: event.contact.origin.clone(),
            kind: KEY_KIND.to_owned(),
            id: event.contact.contact_key.clone(),
        };
        let payload = PayloadRef {
            account_id,
            contact_id: event.contact_id,
            external_identifiers: [identifier],
            fact_id: event.fact_id.as_deref(),
            occurred_at: event.occurred_at,
            pinned: event.pinned.as_ref(),
            fact: &event.fact,
            contact: &event.contact,
        };
        EncodedEvent::of(event.name(), account_id, None, &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        let decoded = match event_type {
            name::CONTACT_OFFERED => event(payload, Fact::ContactOffered),
            name::CONTACT_QUALIFIED => event(payload, Fact::ContactQualified),
            name::CONTACT_ANSWERED => event(payload, Fact::ContactAnswered),
            name::CONTACT_ABANDONED => event(payload, Fact::ContactAbandoned),
            name::CONTACT_TRANSFERRED => event(payload, Fact::ContactTransferred),
            name::CONTACT_TAKEN_IN_CHARGE => event(payload, Fact::ContactTakenInCharge),
            name::CONTACT_ENDED => event(payload, Fact::ContactEnded),
            name::CALLBACK_PROMISED => event(payload, Fact::CallbackPromised),
            name::CALLBACK_KEPT => event(payload, Fact::CallbackKept),
            name::CALLBACK_MISSED => event(payload, Fact::CallbackMissed),
            name::CALLBACK_OVERDUE => event(payload, Fact::CallbackOverdue),
            name::SURVEY_ANSWERED => event(payload, Fact::SurveyAnswered),
            name::QUALITY_GRADED => event(payload, Fact::QualityGraded),
            name::CONTACT_REPEATED => event(payload, Fact::ContactRepeated),
            name::CONTACT_SPLIT => event(payload, Fact::ContactSplit),
            name::PART_ATTACHED => event(payload, Fact::PartAttached),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }

    fn is_work_left(_state: &Option<Self>) -> bool {
        false
    }
}

impl Rejected for Rejection {
    const WHAT: &'static str = "the contact";
    const EVENTS: &'static str = "vigie.contact.";

    fn reason(&self) -> &'static str {
        Self::reason(self)
    }

    fn not_found() -> Self {
        Self::ContactNotFound
    }

    fn taken(_kind: &str) -> Option<Self> {
        None
    }
}

/// The stored form: contact and what happened side by side, and the contact after it.
#[derive(Serialize)]
struct PayloadRef<'a> {
    account_id: Uuid,
    contact_id: Uuid,
    external_identifiers: [ExternalIdentifier; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    fact_id: Option<&'a str>,
    occurred_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pinned: Option<&'a Pinned>,
    #[serde(flatten)]
    fact: &'a Fact,
    contact: &'a Snapshot,
}

/// The same, read.
#[derive(Deserialize, JsonSchema)]
pub(super) struct Payload<F> {
    /// Account of the business customer, as recognised by then; the nil UUID while nobody was.
    #[allow(dead_code, reason = "for consumers, who look for it in every event")]
    account_id: Uuid,
    /// The contact.
    contact_id: Uuid,
    /// Its key where it is told of: the call id.
    #[serde(default)]
    #[allow(dead_code, reason = "for consumers; the state after it has it too")]
    external_identifiers: Vec<ExternalIdentifier>,
    /// The fact's key where it was told; absent for what Vigie found itself.
    #[serde(default)]
    fact_id: Option<String>,
    /// When it happened.
    occurred_at: Timestamp,
    /// What the operator's base said, beside a fact that says who calls or for what.
    #[serde(default)]
    pinned: Option<Pinned>,
    #[serde(flatten)]
    fact: F,
    /// The contact after what happened.
    contact: Snapshot,
}

fn event<F: DeserializeOwned>(payload: &[u8], fact: fn(F) -> Fact) -> Result<Event, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(Event {
        contact_id: payload.contact_id,
        fact_id: payload.fact_id,
        occurred_at: payload.occurred_at,
        pinned: payload.pinned,
        fact: fact(payload.fact),
        contact: payload.contact,
    })
}
