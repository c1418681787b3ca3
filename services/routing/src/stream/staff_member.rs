//! A staff member as a stream of the event log: how their events are stored, and what they claim in the directory.

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
use crate::domain::staff::{self, Command, Event, Fact, Rejection, Snapshot, StaffMember, name};

impl Aggregate for StaffMember {
    const KIND: &'static str = "staff_member";
    type State = Option<Self>;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(
        state: &Option<Self>,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<Event>, Rejection> {
        let decided = staff::decide(state, command, context)?;
        Ok(Decision { events: decided.events, act_id: decided.act_id })
    }

    fn evolve(state: &mut Option<Self>, event: &Event, recorded_at: Timestamp) {
        staff::evolve(state, event, recorded_at);
    }

    fn next_due(state: &Option<Self>) -> Option<Timestamp> {
        staff::next_due(state)
    }

    fn wake(due: Timestamp) -> Command {
        Command::Wake { due }
    }

    fn encode(event: &Event) -> Result<EncodedEvent, serde_json::Error> {
        let payload = Payload {
            account_id: Uuid::nil(),
            staff_id: event.staff_id,
            external_identifiers: Cow::Borrowed(&event.external_identifiers),
            fact: &event.fact,
            staff_member: Cow::Borrowed(&event.staff_member),
        };
        EncodedEvent::of(event.name(), Uuid::nil(), None, &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        let decoded = match event_type {
            name::STAFF_REGISTERED => event(payload, Fact::StaffRegistered),
            name::STAFF_CHANGED => event(payload, Fact::StaffChanged),
            name::TRAINING_RECORDED => event(payload, Fact::TrainingRecorded),
            name::TRAINING_EXPIRING => event(payload, Fact::TrainingExpiring),
            name::TRAINING_EXPIRED => event(payload, Fact::TrainingExpired),
            name::ABSENCE_PLANNED => event(payload, Fact::AbsencePlanned),
            name::ABSENCE_CANCELLED => event(payload, Fact::AbsenceCancelled),
            name::ABSENCE_BEGAN => event(payload, Fact::AbsenceBegan),
            name::ABSENCE_ENDED => event(payload, Fact::AbsenceEnded),
            name::LEAVING_RECORDED => event(payload, Fact::LeavingRecorded),
            name::STAFF_LEFT => event(payload, Fact::StaffLeft),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }

    fn is_work_left(_state: &Option<Self>) -> bool {
        false
    }

    fn directory(event: &Event) -> Vec<DirectoryOp> {
        let release_all = |user_id: &Option<String>, keys: &[ExternalIdentifier]| {
            // Another may take it at once.
            let release = |key: String| DirectoryOp::Release {
                kind: key::STAFF_USER,
                key,
                until: Timestamp::default(),
            };
            let user_id = user_id.clone().map(release).into_iter();
            let keys = keys.iter().map(key::release_external);
            user_id.chain(keys).collect::<Vec<_>>()
        };
        let claims = || {
            let user_id = event.staff_member.profile.user_id.iter();
            let user_id =
                user_id.map(|user_id| DirectoryOp::Reserve { kind: key::STAFF_USER, key: user_id.clone() });
            user_id.chain(event.external_identifiers.iter().map(key::reserve_external))
        };
        match &event.fact {
            Fact::StaffRegistered(_) => claims().collect(),
            Fact::StaffChanged(fact) => {
                let mut changes = release_all(&fact.former_user_id, &fact.former_external_identifiers);
                changes.extend(claims());
                changes
            }
            // Somebody who comes back is registered anew.
            Fact::StaffLeft(_) => {
                release_all(&event.staff_member.profile.user_id, &event.external_identifiers)
            }
            _ => Vec::new(),
        }
    }
}

impl Rejected for Rejection {
    const WHAT: &'static str = "the staff member";
    const EVENTS: &'static str = "vigie.staff_member.";

    fn reason(&self) -> &'static str {
        Self::reason(self)
    }

    fn not_found() -> Self {
        Self::StaffNotFound
    }

    fn taken(kind: &str) -> Option<Self> {
        match kind {
            key::STAFF_USER => Some(Self::UserIdTaken),
            key::EXTERNAL => Some(Self::ExternalIdentifierTaken),
            _ => None,
        }
    }
}

/// The stored form: staff member and what happened side by side, and the staff member after it.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Payload<'a, F> {
    /// The nil UUID: staff belong to no customer.
    account_id: Uuid,
    /// The staff member.
    staff_id: Uuid,
    /// Keys in other systems.
    #[serde(default)]
    external_identifiers: Cow<'a, [ExternalIdentifier]>,
    #[serde(flatten)]
    fact: F,
    /// The staff member after what happened.
    staff_member: Cow<'a, Snapshot>,
}

fn event<F: DeserializeOwned>(payload: &[u8], fact: fn(F) -> Fact) -> Result<Event, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(Event {
        staff_id: payload.staff_id,
        external_identifiers: payload.external_identifiers.into_owned(),
        fact: fact(payload.fact),
        staff_member: payload.staff_member.into_owned(),
    })
}
