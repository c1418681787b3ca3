//! The cases that a batch of events touches.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::case::{Matter, News, PromiseCase};
use super::facts::Facts;
use crate::domain::{EvidenceLevel, Verdict};

/// Which event, of which stream, recorded when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The event.
    pub event_id: Uuid,
    /// Its stream.
    pub stream_id: Uuid,
    /// By the log's clock.
    pub recorded_at: Timestamp,
}

/// What one event says of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// It begins. One that is there and not decided is amended; any other is left alone.
    Begin {
        /// The case.
        case_id: Uuid,
        /// What it is about.
        matter: Matter,
        /// What is known of it.
        facts: Facts,
    },
    /// Something happened to it; nothing if there is no such case.
    Tell {
        /// The case.
        case_id: Uuid,
        /// What.
        news: News,
    },
    /// All that is known of it, whatever was known before.
    State {
        /// The case.
        case_id: Uuid,
        /// What it is about.
        matter: Matter,
        /// What is known of it.
        facts: Facts,
    },
}

impl Stroke {
    /// The case that it is about.
    pub const fn case_id(&self) -> Uuid {
        match self {
            Self::Begin { case_id, .. } | Self::Tell { case_id, .. } | Self::State { case_id, .. } => {
                *case_id
            }
        }
    }
}

/// Cases at hand, and which of them changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Book {
    cases: BTreeMap<Uuid, PromiseCase>,
    changed: BTreeSet<Uuid>,
}

impl Book {
    /// Puts a stored case back. Needed are those that an event names, and the undecided ones of a stream before it parks.
    pub fn put_back(&mut self, case: PromiseCase) {
        self.cases.insert(case.case_id, case);
    }

    /// All cases at hand.
    pub fn cases(&self) -> impl Iterator<Item = &PromiseCase> {
        self.cases.values()
    }

    /// The cases that changed.
    pub fn changed(&self) -> impl Iterator<Item = &PromiseCase> {
        self.changed.iter().filter_map(|case_id| self.cases.get(case_id))
    }

    /// Takes in what an event says. Behind an unreadable event (`parked_by`) a case still begins, so that the population
    /// stays whole, and stops at once: what came between is not known.
    pub fn take_in(&mut self, mark: Mark, strokes: Vec<Stroke>, parked_by: Option<Uuid>) {
        for stroke in strokes {
            let case_id = stroke.case_id();
            let is_known = self.cases.contains_key(&case_id);
            match (stroke, parked_by) {
                (Stroke::Begin { .. } | Stroke::State { .. }, Some(_)) if is_known => {}
                (Stroke::Begin { matter, facts, .. } | Stroke::State { matter, facts, .. }, Some(cause)) => {
                    // What the event says beside its beginning may be of what is not known.
                    let facts = Facts { t0: facts.t0, due_at: facts.due_at, ..Facts::default() };
                    self.insert(case_id, mark, matter, facts);
                    self.tell(case_id, News::Unreadable, Mark { event_id: cause, ..mark });
                }
                (Stroke::Tell { .. }, Some(_)) => {}
                (Stroke::Begin { matter, facts, .. } | Stroke::State { matter, facts, .. }, None)
                    if !is_known =>
                {
                    self.insert(case_id, mark, matter, facts);
                }
                (Stroke::Begin { matter, facts, .. }, None) => self.amend(case_id, mark, matter, facts),
                (Stroke::State { matter, facts, .. }, None) => self.restate(case_id, mark, matter, facts),
                (Stroke::Tell { news, .. }, None) => self.tell(case_id, news, mark),
            }
        }
    }

    /// Stops the undecided cases of a stream at an event that cannot be read.
    pub fn stop(&mut self, mark: Mark) {
        let of_stream = self.cases.values().filter(|case| case.stream_id == mark.stream_id);
        let case_ids: Vec<_> = of_stream.map(|case| case.case_id).collect();
        for case_id in case_ids {
            self.tell(case_id, News::Unreadable, mark);
        }
    }

    fn insert(&mut self, case_id: Uuid, mark: Mark, matter: Matter, facts: Facts) {
        let case = PromiseCase {
            case_id,
            stream_id: mark.stream_id,
            matter,
            recorded_at: mark.recorded_at,
            evidence_level: level(&facts),
            facts,
            evidence: vec![mark.event_id],
            incidents: Vec::new(),
        };
        self.cases.insert(case_id, case);
        self.changed.insert(case_id);
    }

    fn amend(&mut self, case_id: Uuid, mark: Mark, matter: Matter, facts: Facts) {
        let is_undecided =
            self.cases.get(&case_id).is_some_and(|case| case.verdict() == Verdict::Open && !case.is_closed());
        if is_undecided {
            self.restate(case_id, mark, matter, facts);
        }
    }

    fn restate(&mut self, case_id: Uuid, mark: Mark, matter: Matter, facts: Facts) {
        let Some(case) = self.cases.get_mut(&case_id) else { return };
        if case.matter == matter && case.facts == facts {
            return;
        }
        case.evidence_level = level(&facts);
        case.matter = matter;
        case.facts = facts;
        case.evidence.push(mark.event_id);
        self.changed.insert(case_id);
    }

    fn tell(&mut self, case_id: Uuid, news: News, mark: Mark) {
        if let Some(case) = self.cases.get_mut(&case_id)
            && case.apply(news, mark.event_id, mark.recorded_at)
        {
            self.changed.insert(case_id);
        }
    }
}

const fn level(facts: &Facts) -> EvidenceLevel {
    if facts.t1.is_some() { EvidenceLevel::Recorded } else { EvidenceLevel::NotYetConfirmed }
}
