//! A contact: the set of its facts.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use vigie_clock::{Timestamp, derived_id};

use super::event::{Event, Fact};
use super::pinned::Pinned;
use super::snapshot::{Callback, Parent, Part, Snapshot};
use crate::domain::route::Family;

/// Facts of one contact; a call that is handed on all day long has some dozens.
pub const FACTS_MAX: usize = 256;

/// The id of the contact that `origin` calls `contact_key`: whoever knows the call id knows it.
pub fn contact_id(origin: &str, contact_key: &str) -> Uuid {
    derived_id(derived_id(Uuid::nil(), &format!("contacts of {origin}")), contact_key)
}

/// A contact of which something is on record. One of which nothing is, is `None`.
///
/// Invariant: what it shows depends on which facts are on record, never on the order in which they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    pub(super) contact_id: Uuid,
    pub(super) origin: String,
    pub(super) contact_key: String,
    /// By fact id.
    pub(super) facts: BTreeMap<String, Recorded>,
    pub(super) attached: Option<Attached>,
    pub(super) split: Option<(Timestamp, Vec<Part>)>,
    /// Callbacks of which it was said that they are overdue.
    pub(super) overdue: BTreeSet<String>,
}

/// A fact on record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Recorded {
    pub(super) occurred_at: Timestamp,
    pub(super) fact: Fact,
    pub(super) pinned: Option<Pinned>,
}

/// That it is a part of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Attached {
    pub(super) parent: Parent,
    pub(super) at: Timestamp,
    pub(super) pinned: Option<Pinned>,
}

/// The state after `event`.
pub fn evolve(state: &mut Option<Contact>, event: &Event) {
    let contact = state.get_or_insert_with(|| {
        Contact::new(event.contact_id, &event.contact.origin, &event.contact.contact_key)
    });
    contact.take_in(event.fact_id.as_deref(), event.occurred_at, &event.fact, event.pinned.as_ref());
}

impl Contact {
    pub(super) fn new(contact_id: Uuid, origin: &str, contact_key: &str) -> Self {
        Self {
            contact_id,
            origin: origin.to_owned(),
            contact_key: contact_key.to_owned(),
            facts: BTreeMap::new(),
            attached: None,
            split: None,
            overdue: BTreeSet::new(),
        }
    }

    /// Its id.
    pub const fn contact_id(&self) -> Uuid {
        self.contact_id
    }

    /// System that tells of it.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Its key there.
    pub fn contact_key(&self) -> &str {
        &self.contact_key
    }

    /// The earliest instant that is known of it.
    pub fn began_at(&self) -> Option<Timestamp> {
        let facts = self.facts.values().map(|recorded| recorded.occurred_at);
        facts.chain(self.attached.iter().map(|attached| attached.at)).min()
    }

    /// The family, where it is a part.
    pub fn family(&self) -> Option<Family> {
        self.attached.as_ref().map(|attached| attached.parent.family)
    }

    /// What was told of how it came: its channel, who called, what it is about.
    pub fn told(&self) -> Told<'_> {
        Told { offered: self.first_offered(), qualified: self.last_qualified() }
    }

    pub(super) fn take_in(
        &mut self,
        fact_id: Option<&str>,
        occurred_at: Timestamp,
        fact: &Fact,
        pinned: Option<&Pinned>,
    ) {
        match (fact, fact_id) {
            (Fact::ContactSplit(split), _) => self.split = Some((occurred_at, split.parts.clone())),
            (Fact::PartAttached(part), _) => {
                let parent = Parent { contact_id: part.parent_contact_id, family: part.family };
                self.attached = Some(Attached { parent, at: occurred_at, pinned: pinned.cloned() });
            }
            (Fact::CallbackOverdue(overdue), _) => {
                self.overdue.insert(overdue.callback.clone());
            }
            (fact, Some(fact_id)) => {
                let recorded = Recorded { occurred_at, fact: fact.clone(), pinned: pinned.cloned() };
                self.facts.insert(fact_id.to_owned(), recorded);
            }
            // A fact without a key cannot be told apart from its repeat; none is written.
            (_, None) => {}
        }
    }

    /// Facts in the order of time; of the same instant, in the order of their keys.
    fn in_time(&self) -> Vec<&Recorded> {
        let mut facts: Vec<_> = self.facts.values().collect();
        facts.sort_by_key(|recorded| recorded.occurred_at);
        facts
    }

    fn first_offered(&self) -> Option<&Fact> {
        self.in_time()
            .into_iter()
            .map(|recorded| &recorded.fact)
            .find(|fact| matches!(fact, Fact::ContactOffered(_)))
    }

    fn last_qualified(&self) -> Option<&Fact> {
        let is_it = |fact: &&Fact| matches!(fact, Fact::ContactQualified(_));
        self.in_time().into_iter().rev().map(|recorded| &recorded.fact).find(is_it)
    }

    /// What was found out last about the caller; for a part of which nobody found out anything, what was known of the whole;
    /// else what the line told.
    fn pinned(&self) -> Option<&Pinned> {
        let facts = self.in_time();
        let qualified =
            facts.iter().rev().find(|recorded| matches!(recorded.fact, Fact::ContactQualified(_)));
        let attached = self.attached.as_ref().and_then(|attached| attached.pinned.as_ref());
        let offered = facts.iter().find(|recorded| recorded.pinned.is_some());
        qualified
            .and_then(|recorded| recorded.pinned.as_ref())
            .or(attached)
            .or_else(|| offered.and_then(|recorded| recorded.pinned.as_ref()))
    }

    /// All that is known of it.
    pub fn snapshot(&self) -> Snapshot {
        let mut shown = Snapshot {
            origin: self.origin.clone(),
            contact_key: self.contact_key.clone(),
            began_at: self.began_at().unwrap_or_default(),
            channel: None,
            subject: None,
            families: self.family().into_iter().collect(),
            pinned: self.pinned().cloned(),
            offered_at: None,
            answered_at: None,
            wait_ms: None,
            desk_id: None,
            answered_by_desk_id: None,
            answered_by_staff_id: None,
            context_shown: None,
            abandoned_at: None,
            transfers: 0,
            taken_in_charge_at: None,
            taken_in_charge_by_staff_id: None,
            ended_at: None,
            callbacks: self.callbacks(),
            parent: self.attached.as_ref().map(|attached| attached.parent),
            parts: self.split.iter().flat_map(|(_, parts)| parts.clone()).collect(),
            facts: u32::try_from(self.facts.len()).unwrap_or(u32::MAX),
        };
        for recorded in self.in_time() {
            shown.add(recorded, self.family());
        }
        shown
    }

    /// Callbacks in order of their keys.
    pub(super) fn callbacks(&self) -> Vec<Callback> {
        let mut all: BTreeMap<&str, Callback> = BTreeMap::new();
        for recorded in self.in_time() {
            let at = recorded.occurred_at;
            let key = match &recorded.fact {
                Fact::CallbackPromised(fact) => &fact.callback,
                Fact::CallbackKept(fact) => &fact.callback,
                Fact::CallbackMissed(fact) => &fact.callback,
                _ => continue,
            };
            let callback = all.entry(key.as_str()).or_insert_with(|| Callback {
                callback: key.clone(),
                first_due_by: None,
                due_by: None,
                kept_at: None,
                missed_at: None,
                overdue: self.overdue.contains(key),
            });
            match &recorded.fact {
                Fact::CallbackPromised(fact) => {
                    callback.first_due_by = callback.first_due_by.or(Some(fact.due_by));
                    callback.due_by = Some(fact.due_by);
                }
                Fact::CallbackKept(_) => callback.kept_at = callback.kept_at.or(Some(at)),
                Fact::CallbackMissed(_) => callback.missed_at = callback.missed_at.or(Some(at)),
                _ => {}
            }
        }
        all.into_values().collect()
    }
}

/// What was told of how a contact came.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    offered: Option<&'a Fact>,
    qualified: Option<&'a Fact>,
}

impl<'a> Told<'a> {
    /// As it was first offered.
    pub const fn offered(&self) -> Option<&'a super::event::ContactOffered> {
        match self.offered {
            Some(Fact::ContactOffered(offered)) => Some(offered),
            _ => None,
        }
    }

    /// As was found out last.
    pub const fn qualified(&self) -> Option<&'a super::event::ContactQualified> {
        match self.qualified {
            Some(Fact::ContactQualified(qualified)) => Some(qualified),
            _ => None,
        }
    }
}

impl Snapshot {
    /// Facts come here in the order of time.
    fn add(&mut self, recorded: &Recorded, family: Option<Family>) {
        let at = recorded.occurred_at;
        match &recorded.fact {
            Fact::ContactOffered(fact) => {
                self.offered_at = self.offered_at.or(Some(at));
                self.channel = self.channel.or(Some(fact.channel));
                self.desk_id = Some(fact.desk_id);
            }
            Fact::ContactQualified(fact) => {
                self.subject = Some(fact.subject);
                // A part is about its own family, whatever the call was about.
                if family.is_none() {
                    self.families.clone_from(&fact.families);
                }
            }
            Fact::ContactAnswered(fact) => self.answer(at, fact),
            Fact::ContactAbandoned(fact) => {
                if self.answered_at.is_none() && self.abandoned_at.is_none() {
                    self.abandoned_at = Some(at);
                    self.wait_ms = fact.wait_ms.or_else(|| self.waited(at));
                }
                self.desk_id = Some(fact.desk_id);
            }
            Fact::ContactTransferred(fact) => {
                self.transfers += 1;
                self.desk_id = Some(fact.to_desk_id);
            }
            Fact::ContactTakenInCharge(fact) => {
                if self.taken_in_charge_at.is_none() {
                    self.taken_in_charge_at = Some(at);
                    self.taken_in_charge_by_staff_id = Some(fact.staff_id);
                }
            }
            Fact::ContactEnded(_) => self.ended_at = Some(at),
            Fact::CallbackPromised(_)
            | Fact::CallbackKept(_)
            | Fact::CallbackMissed(_)
            | Fact::CallbackOverdue(_)
            | Fact::SurveyAnswered(_)
            | Fact::QualityGraded(_)
            | Fact::ContactRepeated(_)
            | Fact::ContactSplit(_)
            | Fact::PartAttached(_) => {}
        }
    }

    fn answer(&mut self, at: Timestamp, fact: &super::event::ContactAnswered) {
        self.desk_id = fact.desk_id.or(self.desk_id);
        if self.answered_at.is_some() {
            return;
        }
        self.answered_at = Some(at);
        self.answered_by_desk_id = fact.desk_id;
        self.answered_by_staff_id = fact.staff_id;
        self.context_shown = fact.context_shown;
        self.wait_ms = fact.wait_ms.or_else(|| self.waited(at));
    }

    fn waited(&self, until: Timestamp) -> Option<i64> {
        self.offered_at.map(|offered| i64::try_from(until.since(offered).as_millis()).unwrap_or(i64::MAX))
    }
}
