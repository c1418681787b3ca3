//! From a command to events, or to a refusal.

use uuid::Uuid;
use vigie_clock::Context;

use super::command::{Command, Details, NewPerson};
use super::event::{Event, Fact, PersonChanged, PersonRegistered, PersonRemoved};
use super::rejection::Rejection;
use super::snapshot::Snapshot;
use super::state::Person;
use crate::domain::subject_of;

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What is to be recorded; nothing when the person already is as asked.
    pub events: Vec<Event>,
    /// The act that the command opens or joins.
    pub act_id: Uuid,
}

/// Decides `command` against the person, `None` if not registered.
///
/// # Errors
/// Why nothing is recorded.
pub fn decide(state: &Option<Person>, command: &Command, context: &Context) -> Result<Decided, Rejection> {
    let event = match (state, command) {
        (None, Command::Register(new)) => Some(register(new, context)),
        (None, _) => return Err(Rejection::NotFound),
        (Some(_), Command::Register(_)) => return Err(Rejection::AlreadyRegistered),
        (Some(person), Command::Change(details)) => change(person, details, context)?,
        (Some(person), Command::Remove) => remove(person, context),
        (Some(_), Command::Wake) => None,
    };
    Ok(Decided { events: event.into_iter().collect(), act_id: context.act_id })
}

fn register(new: &NewPerson, context: &Context) -> Event {
    let user_id = new.details.user_id.as_deref();
    let subject = user_id.map_or(new.person_id, |user_id| subject_of(new.account_id, user_id));
    Event {
        account_id: new.account_id,
        person_id: new.person_id,
        fact: Fact::PersonRegistered(PersonRegistered {
            act_id: context.act_id,
            actor: context.actor.clone(),
            channel: context.channel,
        }),
        person: Snapshot::of(&new.details, subject),
    }
}

/// Whoever has left is not changed: what was known of them then is what is on record.
fn change(person: &Person, details: &Details, context: &Context) -> Result<Option<Event>, Rejection> {
    if person.has_left() {
        return Err(Rejection::Left);
    }
    let after = Snapshot::of(details, person.subject());
    if after == person.known {
        return Ok(None);
    }
    let fact = PersonChanged {
        act_id: context.act_id,
        actor: context.actor.clone(),
        channel: context.channel,
        before: person.known.clone(),
    };
    Ok(Some(event(person, Fact::PersonChanged(Box::new(fact)), after)))
}

/// Once is enough: who has left already stays as they are.
fn remove(person: &Person, context: &Context) -> Option<Event> {
    if person.has_left() {
        return None;
    }
    let fact =
        PersonRemoved { act_id: context.act_id, actor: context.actor.clone(), channel: context.channel };
    let after = Snapshot { left_at: Some(context.now), ..person.known.clone() };
    Some(event(person, Fact::PersonRemoved(fact), after))
}

fn event(person: &Person, fact: Fact, after: Snapshot) -> Event {
    Event { account_id: person.account_id, person_id: person.person_id, fact, person: after }
}
