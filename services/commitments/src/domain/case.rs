//! One act under a promise: what is known of it, and what proves it.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::act::{Act, Place};
use super::definition::{Confirmation, Definition, Facts, ReadBack};
use super::verdict::Verdict;

/// How far the network was known to follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EvidenceLevel {
    /// Committed, and not read back.
    NotYetConfirmed,
    /// On record in Vigie's own log, as a person or a system told it.
    Recorded,
    /// Read back from a simulated register: proves nothing about a network.
    Simulated,
    /// Read back from the subscriber register.
    RegisterReadBack,
    /// Read back, and the detach was sent to the network element that the phone was attached to.
    DetachRequested,
}

impl EvidenceLevel {
    const ALL: [Self; 5] = [
        Self::NotYetConfirmed,
        Self::Recorded,
        Self::Simulated,
        Self::RegisterReadBack,
        Self::DetachRequested,
    ];

    /// The stable name, also the one stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotYetConfirmed => "NOT_YET_CONFIRMED",
            Self::Recorded => "RECORDED",
            Self::Simulated => "SIMULATED",
            Self::RegisterReadBack => "REGISTER_READ_BACK",
            Self::DetachRequested => "DETACH_REQUESTED",
        }
    }

    /// Back from the stable name; `None` for a level that this build does not know.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == name)
    }
}

/// What was found out about a case besides its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IncidentKind {
    /// The register was found to differ from the record.
    DriftFound,
    /// The register was put right.
    DriftRepaired,
    /// An event of the line could not be read.
    EvidenceUnreadable,
}

impl IncidentKind {
    const ALL: [Self; 3] = [Self::DriftFound, Self::DriftRepaired, Self::EvidenceUnreadable];

    /// The stable name, also the one stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DriftFound => "DRIFT_FOUND",
            Self::DriftRepaired => "DRIFT_REPAIRED",
            Self::EvidenceUnreadable => "EVIDENCE_UNREADABLE",
        }
    }
}

/// Something found out about a case, with the event that says so. Text form: `DRIFT_FOUND <event id>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Incident {
    /// What.
    pub kind: IncidentKind,
    /// The event that says so.
    pub event_id: Uuid,
}

impl std::fmt::Display for Incident {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.event_id)
    }
}

impl Incident {
    /// Back from the text form.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, event_id) = text.split_once(' ')?;
        let kind = IncidentKind::ALL.into_iter().find(|kind| kind.as_str() == name)?;
        Some(Self { kind, event_id: event_id.parse().ok()? })
    }
}

/// What opens a case: an act of the population.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The act; the case has its id.
    pub act_id: Uuid,
    /// The line.
    pub subject_id: Uuid,
    /// Where the line was.
    pub place: Place,
    /// What was asked; `None` when the event could not be read and the act may be of the population.
    pub act: Option<Act>,
    /// T0, when the event says it.
    pub received_at: Option<Timestamp>,
    /// The reason was lifted while others remain.
    pub other_reasons_remain: bool,
    /// The event that asked.
    pub event_id: Uuid,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

/// What happens to a case after it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseEvent {
    /// The register was said to follow.
    Confirmed {
        /// What was read back.
        read_back: ReadBack,
        /// How far that proves it.
        level: EvidenceLevel,
    },
    /// The limit passed unconfirmed.
    Overdue,
    /// Another act asked for something else.
    Superseded,
    /// The register was found to differ.
    DriftFound,
    /// The register was put right.
    DriftRepaired,
    /// An event of the line could not be read.
    Unreadable,
}

/// A case of the ledger: the fold of the events about one act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The act.
    pub case_id: Uuid,
    /// The definition that judges it, now and later.
    pub definition: &'static Definition,
    /// The line.
    pub subject_id: Uuid,
    /// Where the line was when the act was asked.
    pub place: Place,
    /// What was asked; `None` when that could not be read.
    pub act: Option<Act>,
    /// What the judgement depends on.
    pub facts: Facts,
    /// How far the network was known to follow.
    pub evidence_level: EvidenceLevel,
    /// The events that the verdict rests on, in order.
    pub evidence: Vec<Uuid>,
    /// What was found out besides; the first [`Case::INCIDENTS_MAX`].
    pub incidents: Vec<Incident>,
    /// Incidents beyond those kept.
    pub incidents_beyond: i64,
}

impl Case {
    /// Incidents that a case keeps by event id: a register that flaps must not make a row without end.
    pub const INCIDENTS_MAX: usize = 64;

    /// The case that an act of the population opens.
    pub fn open(definition: &'static Definition, opening: Opening) -> Self {
        Self {
            case_id: opening.act_id,
            definition,
            subject_id: opening.subject_id,
            place: opening.place,
            act: opening.act,
            facts: Facts {
                recorded_at: opening.recorded_at,
                t0: opening.received_at,
                other_reasons_remain: opening.other_reasons_remain,
                ..Facts::default()
            },
            evidence_level: EvidenceLevel::NotYetConfirmed,
            evidence: vec![opening.event_id],
            incidents: Vec::new(),
            incidents_beyond: 0,
        }
    }

    /// The case after an event about its act.
    ///
    /// The first outcome stands: a confirmation after a supersession, or a second confirmation, changes nothing.
    pub fn apply(&mut self, event: CaseEvent, event_id: Uuid, recorded_at: Timestamp) {
        match event {
            CaseEvent::Confirmed { read_back, level } if !self.facts.is_closed() => {
                self.facts.confirmation = Some(Confirmation { at: recorded_at, read_back });
                self.evidence_level = level;
                self.evidence.push(event_id);
            }
            CaseEvent::Overdue if !self.facts.is_closed() && self.facts.overdue_at.is_none() => {
                self.facts.overdue_at = Some(recorded_at);
                self.evidence.push(event_id);
            }
            CaseEvent::Superseded if !self.facts.is_closed() => {
                self.facts.superseded_at = Some(recorded_at);
                self.evidence.push(event_id);
            }
            CaseEvent::Unreadable => {
                if !self.facts.is_closed() {
                    self.facts.unreadable = true;
                }
                self.note(IncidentKind::EvidenceUnreadable, event_id);
            }
            CaseEvent::DriftFound => self.note(IncidentKind::DriftFound, event_id),
            CaseEvent::DriftRepaired => self.note(IncidentKind::DriftRepaired, event_id),
            CaseEvent::Confirmed { .. } | CaseEvent::Overdue | CaseEvent::Superseded => {}
        }
    }

    fn note(&mut self, kind: IncidentKind, event_id: Uuid) {
        if self.incidents.len() < Self::INCIDENTS_MAX {
            self.incidents.push(Incident { kind, event_id });
        } else {
            self.incidents_beyond += 1;
        }
    }

    /// The verdict by the case's own definition.
    pub fn verdict(&self) -> Verdict {
        self.definition.judge(&self.facts)
    }

    /// T0.
    pub fn t0(&self) -> Option<Timestamp> {
        self.facts.t0
    }

    /// T1.
    pub fn t1(&self) -> Option<Timestamp> {
        self.facts.t1()
    }

    /// The latest T1 that is kept.
    pub fn due_at(&self) -> Option<Timestamp> {
        self.facts.t0.map(|t0| self.definition.due_at(t0))
    }

    /// The instant by which the case falls into a period: T0, or when the act was recorded if T0 is missing.
    pub fn counted_at(&self) -> Timestamp {
        self.facts.t0.unwrap_or(self.facts.recorded_at)
    }

    /// `SUSPEND THEFT`.
    pub fn summary(&self) -> String {
        self.act.map_or_else(|| "UNREADABLE".to_owned(), |act| act.to_string())
    }
}
