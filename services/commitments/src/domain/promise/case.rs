//! One case of a promise: what is known of it, and what proves it.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::characteristic::Characteristic;
use super::facts::{Ended, Facts};
use crate::domain::{EvidenceLevel, Incident, IncidentKind, Place, Verdict};

/// What a case is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// The definition that judges it.
    pub definition: &'static Characteristic,
    /// Whose it is: decides who may see it.
    pub place: Place,
    /// What it is about: the line, the account, the contact point, the project, the contact.
    pub subject_id: Uuid,
    /// For people: `NO_MANAGER`. Nothing personal.
    pub summary: String,
}

/// What happens to a case after it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// What was promised was done.
    Done {
        /// When.
        at: Timestamp,
        /// How far that is proven.
        level: EvidenceLevel,
    },
    /// It was done otherwise than promised, or what stood does not stand any more.
    Failed,
    /// The deadline passed.
    Overdue,
    /// It ended without.
    Ended(Ended),
    /// An event of the stream could not be read.
    Unreadable,
}

/// A case: the fold of the events about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromiseCase {
    /// Its id.
    pub case_id: Uuid,
    /// The stream that decides it.
    pub stream_id: Uuid,
    /// What it is about.
    pub matter: Matter,
    /// When the event that began it was recorded.
    pub recorded_at: Timestamp,
    /// What the judgement depends on.
    pub facts: Facts,
    /// How far it is proven.
    pub evidence_level: EvidenceLevel,
    /// The events that the verdict rests on, in order.
    pub evidence: Vec<Uuid>,
    /// What was found out besides.
    pub incidents: Vec<Incident>,
}

impl PromiseCase {
    /// The verdict by the case's own definition.
    pub fn verdict(&self) -> Verdict {
        self.matter.definition.rule.judge(&self.facts)
    }

    /// Whether nothing further changes it.
    pub fn is_closed(&self) -> bool {
        self.facts.is_closed(self.matter.definition.rule)
    }

    /// The instant by which the case falls into a period: T0, or when it was recorded if T0 is missing.
    pub fn counted_at(&self) -> Timestamp {
        self.facts.t0.unwrap_or(self.recorded_at)
    }

    /// The case after an event about it; true if that changed it. The first outcome stands.
    pub(super) fn apply(&mut self, news: News, event_id: Uuid, recorded_at: Timestamp) -> bool {
        match news {
            News::Unreadable if self.is_closed() => return false,
            News::Unreadable => {
                self.facts.unreadable = true;
                self.incidents.push(Incident { kind: IncidentKind::EvidenceUnreadable, event_id });
                return true;
            }
            _ if self.is_closed() => return false,
            News::Done { .. } if self.facts.t1.is_some() => return false,
            News::Done { at, level } => {
                self.facts.t1 = Some(at);
                self.evidence_level = level;
            }
            News::Failed => self.facts.failed_at = Some(recorded_at),
            News::Overdue if self.facts.overdue_at.is_some() => return false,
            News::Overdue => self.facts.overdue_at = Some(recorded_at),
            News::Ended(ended) => self.facts.ended = Some(ended),
        }
        self.evidence.push(event_id);
        true
    }
}
