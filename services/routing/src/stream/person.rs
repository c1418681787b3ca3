//! A person as a stream of the event log: how their events are stored, and what they claim in the directory.

use std::borrow::Cow;
use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Context, Personal, Timestamp};
use vigie_command::Rejected;
use vigie_eventlog::{Aggregate, Decision, DecodeError, DirectoryOp, EncodedEvent};

use super::key;
use crate::domain::person::{self, Command, Event, Fact, Person, PersonChanged, Rejection, Snapshot, name};
use crate::domain::{E164, ExternalIdentifier};

impl Aggregate for Person {
    const KIND: &'static str = "person";
    type State = Option<Self>;
    type Command = Command;
    type Event = Event;
    type Rejection = Rejection;

    fn decide(
        state: &Option<Self>,
        command: &Command,
        context: &Context,
    ) -> Result<Decision<Event>, Rejection> {
        let decided = person::decide(state, command, context)?;
        Ok(Decision { events: decided.events, act_id: decided.act_id })
    }

    fn evolve(state: &mut Option<Self>, event: &Event, _recorded_at: Timestamp) {
        person::evolve(state, event);
    }

    fn next_due(_state: &Option<Self>) -> Option<Timestamp> {
        None
    }

    fn wake(_due: Timestamp) -> Command {
        Command::Wake
    }

    fn encode(event: &Event) -> Result<EncodedEvent, serde_json::Error> {
        let payload = Payload {
            account_id: event.account_id,
            person_id: event.person_id,
            external_identifiers: Cow::Borrowed(&event.person.external_identifiers),
            fact: &event.fact,
            person: Cow::Borrowed(&event.person),
        };
        EncodedEvent::of(event.name(), event.account_id, Some(event.act_id()), &payload)
    }

    fn decode(event_type: &str, payload: &[u8]) -> Result<Event, DecodeError> {
        let decoded = match event_type {
            name::PERSON_REGISTERED => event(payload, Fact::PersonRegistered),
            name::PERSON_CHANGED => event(payload, |fact: PersonChanged| Fact::PersonChanged(Box::new(fact))),
            name::PERSON_REMOVED => event(payload, Fact::PersonRemoved),
            unknown => return Err(DecodeError::UnknownType(unknown.to_owned())),
        };
        decoded.map_err(DecodeError::malformed(event_type))
    }

    fn is_work_left(_state: &Option<Self>) -> bool {
        false
    }

    fn directory(event: &Event) -> Vec<DirectoryOp> {
        let held = Held::by(event.account_id, &event.person);
        match &event.fact {
            Fact::PersonRegistered(_) => held.but_not(&Held::default()),
            Fact::PersonChanged(fact) => {
                let before = Held::by(event.account_id, &fact.before);
                let mut changes = before.freed(&held);
                changes.extend(held.but_not(&before));
                changes
            }
            // Keys of other systems stay: they find the record of whoever left. User id and numbers are free for who comes.
            Fact::PersonRemoved(_) => Held { external: BTreeSet::new(), ..held }.freed(&Held::default()),
        }
    }
}

/// What a person holds in the directory.
#[derive(Default)]
struct Held {
    user_id: Option<String>,
    external: BTreeSet<String>,
    numbers: BTreeSet<String>,
}

impl Held {
    fn by(account_id: Uuid, person: &Snapshot) -> Self {
        let numbers = person.numbers.iter().filter_map(Personal::known);
        Self {
            user_id: person.user_id.as_deref().map(|user_id| key::user(account_id, user_id)),
            external: person.external_identifiers.iter().map(ExternalIdentifier::directory_key).collect(),
            numbers: numbers.map(|number: &E164| number.as_str().to_owned()).collect(),
        }
    }

    fn exclusive(&self) -> BTreeSet<(&'static str, String)> {
        let external = self.external.iter().map(|key| (key::EXTERNAL, key.clone()));
        self.user_id.iter().map(|key| (key::USER, key.clone())).chain(external).collect()
    }

    /// Claims what `before` did not hold.
    fn but_not(&self, before: &Self) -> Vec<DirectoryOp> {
        let claimed = self.exclusive().into_iter().filter(|held| !before.exclusive().contains(held));
        let numbers = self.numbers.difference(&before.numbers).cloned();
        claimed
            .map(|(kind, key)| DirectoryOp::Reserve { kind, key })
            .chain(numbers.map(|key| DirectoryOp::Link { kind: key::NUMBER, key }))
            .collect()
    }

    /// Frees what `after` does not hold any more; another may take it at once.
    fn freed(&self, after: &Self) -> Vec<DirectoryOp> {
        let released = self.exclusive().into_iter().filter(|held| !after.exclusive().contains(held));
        let numbers = self.numbers.difference(&after.numbers).cloned();
        let until = Timestamp::default();
        released
            .map(|(kind, key)| DirectoryOp::Release { kind, key, until })
            .chain(numbers.map(|key| DirectoryOp::Unlink { kind: key::NUMBER, key }))
            .collect()
    }
}

impl Rejected for Rejection {
    const WHAT: &'static str = "the person";
    const EVENTS: &'static str = "vigie.person.";

    fn reason(&self) -> &'static str {
        Self::reason(self)
    }

    fn not_found() -> Self {
        Self::NotFound
    }

    fn taken(kind: &str) -> Option<Self> {
        [key::USER, key::EXTERNAL].contains(&kind).then_some(Self::IdentifierTaken)
    }
}

/// The stored form: account, person and what happened side by side, and the person after it.
#[derive(Serialize, Deserialize, JsonSchema)]
pub(super) struct Payload<'a, F> {
    /// Account of the business customer.
    account_id: Uuid,
    /// The person.
    person_id: Uuid,
    /// Keys in other systems.
    #[serde(default)]
    external_identifiers: Cow<'a, [ExternalIdentifier]>,
    #[serde(flatten)]
    fact: F,
    /// The person after what happened.
    person: Cow<'a, Snapshot>,
}

fn event<F: DeserializeOwned>(payload: &[u8], fact: fn(F) -> Fact) -> Result<Event, serde_json::Error> {
    let payload: Payload<F> = serde_json::from_slice(payload)?;
    Ok(Event {
        account_id: payload.account_id,
        person_id: payload.person_id,
        fact: fact(payload.fact),
        person: payload.person.into_owned(),
    })
}
