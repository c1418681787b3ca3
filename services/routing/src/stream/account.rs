//! An account as a stream of the event log: how its events are stored, and what they claim in the directory.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Context, Timestamp};
use vigie_command::Rejected;
use vigie_eventlog::{Aggregate, Decision, DecodeError, DirectoryOp, EncodedEvent};

use super::key;
use crate::domain::account::{self, Account, Command, Event, Fact, Rejection, Snapshot, name};
use crate::domain::{ExternalIdentifier, Siren, Siret};

impl Aggregate for Account {
    const KIND: &'static str = "account";
    type State = Option<Self>;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(
        state: &Option<Self>,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<Event>, Rejection> {
        let decided = account::decide(state, command, context)?;
        Ok(Decision { events: decided.events, act_id: decided.act_id })
    }

    fn evolve(state: &mut Option<Self>, event: &Event, recorded_at: Timestamp) {
        account::evolve(state, event, recorded_at);
    }

    fn next_due(state: &Option<Self>) -> Option<Timestamp> {
        account::next_due(state)
    }

    fn wake(due: Timestamp) -> Command {
        Command::Wake { due }
    }

    fn encode(event: &Event) -> Result<EncodedEvent, serde_json::Error> {
        let payload = Payload {
            account_id: event.account_id,
            external_identifiers: Cow::Borrowed(&event.external_identifiers),
            fact: &event.fact,
            account: Cow::Borrowed(&event.account),
        };
        EncodedEvent::of(event.name(), event.account_id, event.fact.act_id(), &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        let decoded = match event_type {
            name::ACCOUNT_REGISTERED => event(payload, Fact::AccountRegistered),
            name::ACCOUNT_CHANGED => event(payload, Fact::AccountChanged),
            name::ACCOUNT_MOVED => event(payload, Fact::AccountMoved),
            name::ACCOUNT_CLOSED => event(payload, Fact::AccountClosed),
            name::PLANNED_CHANGE_TOOK_EFFECT => event(payload, Fact::PlannedChangeTookEffect),
            name::MANAGER_ASSIGNED => event(payload, Fact::ManagerAssigned),
            name::MANAGER_ASSIGNMENT_ENDED => event(payload, Fact::ManagerAssignmentEnded),
            name::MANAGER_COVER_BEGAN => event(payload, Fact::ManagerCoverBegan),
            name::MANAGER_COVER_ENDED => event(payload, Fact::ManagerCoverEnded),
            name::MANAGER_GAP_OPENED => event(payload, Fact::ManagerGapOpened),
            name::MANAGER_GAP_OVERDUE => event(payload, Fact::ManagerGapOverdue),
            name::MANAGER_GAP_CLOSED => event(payload, Fact::ManagerGapClosed),
            name::MANAGER_CHANGE_TOLD => event(payload, Fact::ManagerChangeTold),
            name::MANAGER_CHANGE_NOT_TOLD => event(payload, Fact::ManagerChangeNotTold),
            name::CONTACT_POINT_TOLD => event(payload, Fact::ContactPointTold),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }

    fn is_work_left(_state: &Option<Self>) -> bool {
        false
    }

    /// SIREN, SIRET and external identifiers stay with an account that ended: whoever is registered under them again is
    /// the same customer, and its history would be in two places.
    fn directory(event: &Event) -> Vec<DirectoryOp> {
        let parent = |parent: Option<Uuid>| parent.map(|parent| parent.to_string());
        match &event.fact {
            Fact::AccountRegistered(_) => {
                let siren = event.account.siren.as_ref().map(Siren::to_string);
                let siret = event.account.siret.as_ref().map(Siret::to_string);
                let numbers = [(key::SIREN, siren), (key::SIRET, siret)];
                let numbers = numbers
                    .into_iter()
                    .filter_map(|(kind, key)| Some(DirectoryOp::Reserve { kind, key: key? }));
                let above = parent(event.account.parent_account_id)
                    .map(|key| DirectoryOp::Link { kind: key::PARENT, key });
                let external = event.external_identifiers.iter().map(key::reserve_external);
                numbers.chain(above).chain(external).collect()
            }
            // Whoever an account hung below before finds it still: what is planned or corrected may lead back, and who
            // reads the link looks at the account itself.
            Fact::AccountMoved(fact) => parent(fact.parent_account_id)
                .map(|key| DirectoryOp::Link { kind: key::PARENT, key })
                .into_iter()
                .collect(),
            // One that has ended hinders nobody above it to end.
            Fact::AccountClosed(_) | Fact::PlannedChangeTookEffect(_) if has_ended(&event.account) => {
                parent(event.account.parent_account_id)
                    .map(|key| DirectoryOp::Unlink { kind: key::PARENT, key })
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

fn has_ended(account: &Snapshot) -> bool {
    account.closed_at.is_some_and(|closed_at| closed_at <= account.as_of)
}

impl Rejected for Rejection {
    const WHAT: &'static str = "the account";
    const EVENTS: &'static str = "vigie.account.";

    fn reason(&self) -> &'static str {
        Self::reason(self)
    }

    fn not_found() -> Self {
        Self::NotFound
    }

    fn taken(kind: &str) -> Option<Self> {
        [key::SIREN, key::SIRET, key::EXTERNAL].contains(&kind).then_some(Self::IdentifierTaken)
    }
}

/// The stored form: account and what happened side by side, and the account after it.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Payload<'a, F> {
    /// The account.
    account_id: Uuid,
    /// Keys in other systems.
    #[serde(default)]
    external_identifiers: Cow<'a, [ExternalIdentifier]>,
    #[serde(flatten)]
    fact: F,
    /// The account after what happened.
    account: Cow<'a, Snapshot>,
}

fn event<F: DeserializeOwned>(payload: &[u8], fact: fn(F) -> Fact) -> Result<Event, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(Event {
        account_id: payload.account_id,
        external_identifiers: payload.external_identifiers.into_owned(),
        fact: fact(payload.fact),
        account: payload.account.into_owned(),
    })
}
