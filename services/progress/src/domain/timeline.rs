//! One line's timeline being written: its events in the order of its stream, and the acts that they name.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::act::{Act, ActKind, NOT_YET_CONFIRMED, Turn};
use super::entry::Entry;
use super::line::{Gap, Line, Place, is_next};

/// An event of a line, as its timeline reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// What the timeline shows of it. Acts and reference are completed from the line's acts.
    pub entry: Entry,
    /// The business customer's account.
    pub account_id: Uuid,
    /// Where the line is after it; `None` when it does not say.
    pub place: Option<Place>,
    /// What it says of acts.
    pub meaning: Meaning,
}

/// What an event says of acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Something was asked of the line.
    Asked(Asked),
    /// The register was read back for these acts.
    Confirmed(Vec<Uuid>),
    /// The promised time passed for this act.
    Overdue(Uuid),
    /// It belongs into the timeline of these acts and changes none.
    Mentions(Vec<Uuid>),
    /// Of a type that this build does not know: shown, counted, and nothing is concluded from it (views tolerate, rule 17
    /// binds writers).
    Unknown,
    /// It could not be read, and a person let it pass by: shown, and nothing is concluded from it.
    Skipped,
}

/// Something asked of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The act.
    pub act_id: Uuid,
    /// What it asks for; its reason and reference stand in the entry.
    pub kind: ActKind,
    /// T0; the entry's `recorded_at` when the event does not say it.
    pub received_at: Option<Timestamp>,
    /// Nothing changes in the register: other reasons remain.
    pub record_only: bool,
    /// Unconfirmed acts that this one ends.
    pub supersedes: Vec<Uuid>,
    /// The act that it takes back.
    pub undoes: Option<Uuid>,
}

impl Record {
    /// The acts that it names.
    pub fn named_acts(&self) -> Vec<Uuid> {
        let mut named = match &self.meaning {
            Meaning::Asked(asked) => [&asked.supersedes[..], &[asked.act_id]].concat(),
            Meaning::Confirmed(acts) | Meaning::Mentions(acts) => acts.clone(),
            Meaning::Overdue(act_id) => vec![*act_id],
            Meaning::Unknown | Meaning::Skipped => return Vec::new(),
        };
        named.extend(self.entry.act_id);
        named
    }

    /// Whether it lifts a reason, and with it ends the act that set it.
    pub fn lifts_a_reason(&self) -> bool {
        matches!(&self.meaning, Meaning::Asked(asked) if asked.kind == ActKind::Reinstate)
    }
}

/// What became of an event that was shown to a timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Taken in.
    New,
    /// Taken in before: redelivered.
    Repeated,
}

/// One line's timeline being written.
///
/// Invariant: depends on the order within the stream only, never on what other streams do (rule 25).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    line: Line,
    acts: BTreeMap<Uuid, Act>,
    changed: BTreeSet<Uuid>,
    entries: Vec<Entry>,
    unknown_events: i64,
}

impl Timeline {
    /// Goes on with a line; acts are put back with [`Timeline::put_back`].
    pub fn resume(line: Line) -> Self {
        Self { line, acts: BTreeMap::new(), changed: BTreeSet::new(), entries: Vec::new(), unknown_events: 0 }
    }

    /// Puts a stored act back. Needed are those that an event names, and those that set a reason which it lifts.
    pub fn put_back(&mut self, act: Act) {
        self.acts.insert(act.act_id, act);
    }

    /// The line as it stands.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// The entries written since the timeline was resumed, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The acts that changed since the timeline was resumed.
    pub fn changed(&self) -> impl Iterator<Item = &Act> {
        self.changed.iter().filter_map(|act_id| self.acts.get(act_id))
    }

    /// Events of unknown type taken in since the timeline was resumed.
    pub fn unknown_events(&self) -> i64 {
        self.unknown_events
    }

    /// Takes an event in. What was taken in before changes nothing; a version ahead of its turn is refused.
    pub fn record(&mut self, record: Record) -> Result<Seen, Gap> {
        let Record { mut entry, place, meaning, .. } = record;
        if !is_next(self.line.line_id, self.line.version, entry.version)? {
            return Ok(Seen::Repeated);
        }
        self.line.version = entry.version;
        self.line.incarnation = entry.incarnation;
        if let Some(place) = place {
            self.line.place = place;
        }
        let touched = self.take_in(meaning, &entry);
        // Only of acts that it touches: whether another one is at hand depends on the batch.
        let act = entry.act_id.filter(|act_id| touched.contains(act_id));
        let act = act.and_then(|act_id| self.acts.get(&act_id));
        entry.reference = entry.reference.or_else(|| act.and_then(|act| act.reference.clone()));
        entry.reason = entry.reason.or_else(|| act.and_then(|act| act.reason.clone()));
        entry.act_ids = touched.into_iter().collect();
        self.entries.push(entry);
        Ok(Seen::New)
    }

    /// The acts whose timeline the entry belongs into.
    fn take_in(&mut self, meaning: Meaning, entry: &Entry) -> BTreeSet<Uuid> {
        if matches!(meaning, Meaning::Unknown | Meaning::Skipped) {
            self.unknown_events += i64::from(meaning == Meaning::Unknown);
            return BTreeSet::new();
        }
        let mut touched: BTreeSet<Uuid> = entry.act_id.into_iter().collect();
        let turns: Vec<(Uuid, Turn<'_>)> = match meaning {
            Meaning::Asked(asked) => {
                let act_id = asked.act_id;
                let ended = self.ended_by(&asked, entry);
                self.open(asked, entry);
                touched.insert(act_id);
                ended
            }
            Meaning::Confirmed(acts) => {
                let confirmed = Turn::Confirmed { evidence: entry.evidence.as_deref() };
                acts.into_iter().map(|act_id| (act_id, confirmed)).collect()
            }
            Meaning::Overdue(act_id) => vec![(act_id, Turn::Overdue)],
            Meaning::Mentions(acts) => acts.into_iter().map(|act_id| (act_id, Turn::Mentioned)).collect(),
            Meaning::Unknown | Meaning::Skipped => Vec::new(),
        };
        for (act_id, turn) in turns {
            self.tell(act_id, turn, entry);
            touched.insert(act_id);
        }
        touched
    }

    /// The acts that end with this one: those that it supersedes, and the one that set the reason which it lifts.
    fn ended_by(&mut self, asked: &Asked, entry: &Entry) -> Vec<(Uuid, Turn<'static>)> {
        let mut ended: Vec<_> = asked.supersedes.iter().map(|act_id| (*act_id, Turn::Superseded)).collect();
        let Some(reason) = entry.reason.as_deref() else { return ended };
        match asked.kind {
            ActKind::Suspend => {
                self.line.set_by.insert(reason.to_owned(), asked.act_id);
            }
            ActKind::Reinstate => {
                let set_by = self.line.set_by.remove(reason);
                let lifted = set_by.filter(|act_id| !asked.supersedes.contains(act_id));
                ended.extend(lifted.map(|act_id| (act_id, Turn::Lifted)));
            }
            ActKind::ReplaceSim | ActKind::Terminate => {}
        }
        ended
    }

    /// One row per act: an act that is there is joined.
    fn open(&mut self, asked: Asked, entry: &Entry) {
        let act_id = asked.act_id;
        if self.acts.contains_key(&act_id) {
            return self.tell(act_id, Turn::Mentioned, entry);
        }
        let not_yet = || NOT_YET_CONFIRMED.to_owned();
        let act = Act {
            act_id,
            line_id: self.line.line_id,
            account_id: self.line.account_id,
            kind: asked.kind,
            reason: entry.reason.clone(),
            reference: entry.reference.clone(),
            actor: entry.actor.clone(),
            on_behalf_of: entry.on_behalf_of.clone(),
            channel: entry.channel.clone(),
            undoes: asked.undoes,
            asked_at: asked.received_at.unwrap_or(entry.recorded_at),
            recorded_at: entry.recorded_at,
            confirmed_at: None,
            overdue_at: None,
            superseded_at: None,
            lifted_at: None,
            record_only: asked.record_only,
            evidence: if asked.record_only {
                entry.evidence.clone().unwrap_or_else(not_yet)
            } else {
                not_yet()
            },
            first_version: entry.version,
            last_version: entry.version,
        };
        self.acts.insert(act_id, act);
        self.changed.insert(act_id);
    }

    fn tell(&mut self, act_id: Uuid, turn: Turn<'_>, entry: &Entry) {
        if let Some(act) = self.acts.get_mut(&act_id) {
            act.apply(turn, entry.recorded_at, entry.version);
            self.changed.insert(act_id);
        }
    }
}
