//! From a command to events, or to a refusal.

use std::collections::BTreeSet;
use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Context, Timestamp};

use super::command::{Attachment, Command, Report};
use super::event::{CallbackOverdue, ContactSplit, Event, Fact, PartAttached};
use super::pinned::Pinned;
use super::rejection::Rejection;
use super::snapshot::{Parent, Part};
use super::state::{Contact, FACTS_MAX, contact_id};

/// How far the clock of a contact centre may be ahead of ours.
const AHEAD_MAX: Duration = Duration::from_mins(5);

/// What a command leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided {
    /// What is to be recorded; nothing when it is on record already.
    pub events: Vec<Event>,
    /// The act of the command.
    pub act_id: Uuid,
}

/// Decides `command` against the contact, `None` if nothing is on record of it.
///
/// # Errors
/// When a rule stands against it.
pub fn decide(state: &Option<Contact>, command: &Command, context: &Context) -> Result<Decided, Rejection> {
    let events = match command {
        Command::Record(report) => record(state.as_ref(), report, context)?,
        Command::Split { parts } => split(state.as_ref().ok_or(Rejection::ContactNotFound)?, parts, context)?,
        Command::Attach(attachment) => attach(state.as_ref(), attachment, context)?,
        Command::Wake { due } => {
            state.as_ref().map(|contact| wake(contact, context.now.max(*due))).unwrap_or_default()
        }
    };
    Ok(Decided { events, act_id: context.act_id })
}

/// When the contact next wants to be woken: when a callback's first date passes of which nothing was heard.
pub fn next_due(state: &Option<Contact>) -> Option<Timestamp> {
    state.as_ref()?.waiting().map(|(_, due_by)| due_by).min()
}

impl Contact {
    /// Callbacks of which nothing was heard, and when they were first promised.
    fn waiting(&self) -> impl Iterator<Item = (String, Timestamp)> {
        let is_waiting = |callback: &super::Callback| {
            callback.kept_at.is_none() && callback.missed_at.is_none() && !callback.overdue
        };
        let waiting = self.callbacks().into_iter().filter(is_waiting);
        waiting.filter_map(|callback| Some((callback.callback, callback.first_due_by?)))
    }

    fn after(
        &mut self,
        fact_id: Option<&str>,
        occurred_at: Timestamp,
        fact: Fact,
        pinned: Option<Pinned>,
    ) -> Event {
        self.take_in(fact_id, occurred_at, &fact, pinned.as_ref());
        Event {
            contact_id: self.contact_id(),
            fact_id: fact_id.map(str::to_owned),
            occurred_at,
            pinned,
            fact,
            contact: self.snapshot(),
        }
    }
}

fn record(state: Option<&Contact>, report: &Report, context: &Context) -> Result<Vec<Event>, Rejection> {
    let known = state.and_then(|contact| contact.facts.get(&report.fact_id));
    if let Some(known) = known {
        let is_same = known.occurred_at == report.occurred_at && known.fact.says_as(&report.fact);
        return if is_same { Ok(Vec::new()) } else { Err(Rejection::FactContradicts) };
    }
    if report.occurred_at > context.now.plus(AHEAD_MAX) {
        return Err(Rejection::OccurredAhead);
    }
    if state.is_some_and(|contact| contact.facts.len() >= FACTS_MAX) {
        return Err(Rejection::TooManyFacts);
    }
    let mut contact = state.cloned().unwrap_or_else(|| begun(&report.origin, &report.contact_key));
    let (fact, pinned) = (report.fact.clone(), report.pinned.clone());
    Ok(vec![contact.after(Some(&report.fact_id), report.occurred_at, fact, pinned)])
}

fn begun(origin: &str, contact_key: &str) -> Contact {
    Contact::new(contact_id(origin, contact_key), origin, contact_key)
}

fn split(contact: &Contact, parts: &[Part], context: &Context) -> Result<Vec<Event>, Rejection> {
    if let Some((_, before)) = &contact.split {
        return if before == parts { Ok(Vec::new()) } else { Err(Rejection::AlreadySplit) };
    }
    if contact.attached.is_some() {
        return Err(Rejection::AlreadyAPart);
    }
    let families: BTreeSet<_> = parts.iter().map(|part| part.family).collect();
    let ids: BTreeSet<_> = parts.iter().map(|part| part.contact_id).collect();
    if parts.len() < 2 || families.len() != parts.len() {
        return Err(Rejection::BadParts("a contact is split into one part for each family that it is about"));
    }
    if ids.len() != parts.len() || ids.contains(&contact.contact_id()) {
        return Err(Rejection::BadParts("each part is a contact of its own, with a key of its own"));
    }
    let fact = ContactSplit { actor: context.actor.clone(), parts: parts.to_vec() };
    Ok(vec![contact.clone().after(None, context.now, Fact::ContactSplit(fact), None)])
}

fn attach(
    state: Option<&Contact>,
    attachment: &Attachment,
    context: &Context,
) -> Result<Vec<Event>, Rejection> {
    let Attachment { origin, contact_key, parent_contact_id, family, pinned } = attachment;
    let parent = Parent { contact_id: *parent_contact_id, family: *family };
    if let Some(attached) = state.and_then(|contact| contact.attached.as_ref()) {
        return if attached.parent == parent { Ok(Vec::new()) } else { Err(Rejection::AlreadyAPart) };
    }
    if state.is_some_and(|contact| contact.split.is_some()) {
        return Err(Rejection::AlreadySplit);
    }
    let mut contact = state.cloned().unwrap_or_else(|| begun(origin, contact_key));
    let fact =
        PartAttached { actor: context.actor.clone(), parent_contact_id: *parent_contact_id, family: *family };
    Ok(vec![contact.after(None, context.now, Fact::PartAttached(fact), pinned.clone())])
}

fn wake(contact: &Contact, present: Timestamp) -> Vec<Event> {
    let mut after = contact.clone();
    let due = contact.waiting().filter(|(_, due_by)| *due_by <= present);
    let overdue = due.map(|(callback, due_by)| {
        let fact = Fact::CallbackOverdue(CallbackOverdue { callback, due_by });
        after.after(None, due_by, fact, None)
    });
    overdue.collect()
}
