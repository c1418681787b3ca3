//! The acts of one line in the order of its stream: which event means what for which case.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::act::{Act, ActKind, Place};
use super::case::{Case, CaseEvent, EvidenceLevel, Opening};
use super::definition::{Definition, ReadBack};
use super::promise::Stroke;

/// An event of a line, as the ledger reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The event.
    pub event_id: Uuid,
    /// The line.
    pub stream_id: Uuid,
    /// From 1, contiguous in the stream.
    pub stream_version: i64,
    /// By the log's clock.
    pub recorded_at: Timestamp,
    /// What it says of the acts of promise 9.3.
    pub meaning: Meaning,
    /// What it says of cases of every other promise.
    pub strokes: Vec<Stroke>,
}

/// What an event says to the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Something was asked of the line.
    Asked(Request),
    /// The register was read back for these acts.
    Confirmed {
        /// The acts.
        acts: Vec<Uuid>,
        /// What was read; `None` when the event does not say.
        register: Option<RegisterState>,
    },
    /// The limit passed for this act.
    Overdue {
        /// The act.
        act_id: Uuid,
    },
    /// The register was found to differ from the record of these acts.
    DriftFound {
        /// The acts.
        acts: Vec<Uuid>,
    },
    /// The register was put right.
    DriftRepaired {
        /// The acts.
        acts: Vec<Uuid>,
    },
    /// A known event that says nothing about a case.
    Aside,
    /// An event type that this build does not know: skipped and counted (views tolerate, rule 17 binds writers).
    Unknown,
    /// A known event type with a payload that does not decode: parks the stream (rule 23).
    Unreadable {
        /// Where the event's type opens a case if its reason is LOSS or THEFT: the act, as far as the event's
        /// envelope names it. It is counted as unmeasured: a case that cannot be read must not vanish.
        may_open: Option<Opening>,
    },
}

/// Something asked of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The act.
    pub act_id: Uuid,
    /// What was asked; `None` for what promise 9.3 does not speak of (a new SIM, the end of the line).
    pub act: Option<Act>,
    /// Where the line is.
    pub place: Place,
    /// T0, when the event says it.
    pub received_at: Option<Timestamp>,
    /// A reason was lifted while others remain: nothing is asked of the register.
    pub other_reasons_remain: bool,
    /// Unconfirmed acts that this one ends.
    pub supersedes: Vec<Uuid>,
}

/// What was read back from the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterState {
    /// Circuit-switched service is on.
    pub cs: bool,
    /// Packet-switched service is on.
    pub ps: bool,
    /// How far that proves something.
    pub level: EvidenceLevel,
}

/// What became of an event that was shown to a docket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Taken in.
    New,
    /// Taken in before: redelivered.
    Repeated,
}

/// An event is missing before the one that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stream {stream_id}: version {expected} is missing before {found}")]
pub struct Gap {
    /// The stream.
    pub stream_id: Uuid,
    /// The version that should have come.
    pub expected: i64,
    /// The version that came.
    pub found: i64,
}

/// The cases of one line, and how far its stream has been read.
///
/// Invariant: depends on the order within the stream only, never on what other streams do (rule 25).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Docket {
    stream_id: Uuid,
    version: i64,
    parked_by: Option<Uuid>,
    unknown_events: i64,
    cases: BTreeMap<Uuid, Case>,
    changed: BTreeSet<Uuid>,
}

impl Docket {
    /// The docket of a line of which nothing was read.
    pub fn new(stream_id: Uuid) -> Self {
        Self::resume(stream_id, 0, None)
    }

    /// The docket of a line as stored; cases are put back with [`Docket::put_back`].
    pub fn resume(stream_id: Uuid, version: i64, parked_by: Option<Uuid>) -> Self {
        Self {
            stream_id,
            version,
            parked_by,
            unknown_events: 0,
            cases: BTreeMap::new(),
            changed: BTreeSet::new(),
        }
    }

    /// Puts a stored case back. Needed are those that an event names, and the open ones before it is parked.
    pub fn put_back(&mut self, case: Case) {
        self.cases.insert(case.case_id, case);
    }

    /// The line.
    pub fn stream_id(&self) -> Uuid {
        self.stream_id
    }

    /// The last version taken in; 0 before the first.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// The unreadable event behind which the stream waits.
    pub fn parked_by(&self) -> Option<Uuid> {
        self.parked_by
    }

    /// Events of unknown type taken in since the docket was resumed.
    pub fn unknown_events(&self) -> i64 {
        self.unknown_events
    }

    /// All cases at hand.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.values()
    }

    /// The cases that changed since the docket was resumed.
    pub fn changed(&self) -> impl Iterator<Item = &Case> {
        self.changed.iter().filter_map(|case_id| self.cases.get(case_id))
    }

    /// Takes an event in. What was taken in before changes nothing; a version ahead of its turn is refused.
    pub fn record(&mut self, definition: &'static Definition, entry: Entry) -> Result<Seen, Gap> {
        if entry.stream_version <= self.version {
            return Ok(Seen::Repeated);
        }
        let expected = self.version + 1;
        if entry.stream_version != expected {
            return Err(Gap { stream_id: self.stream_id, expected, found: entry.stream_version });
        }
        self.version = entry.stream_version;
        let Entry { event_id, recorded_at, meaning, .. } = entry;
        match (self.parked_by, meaning) {
            (_, Meaning::Unknown) => self.unknown_events += 1,
            (parked_by, Meaning::Unreadable { may_open }) => {
                let cause = parked_by.unwrap_or(event_id);
                self.park(definition, cause, may_open, recorded_at);
            }
            (Some(cause), Meaning::Asked(request)) => {
                // The case is opened so that the population stays whole, and stops at once: what came between
                // is not known.
                if let Some(opening) = opening(&request, self.stream_id, event_id, recorded_at) {
                    let case_id = self.open(definition, opening);
                    self.tell(case_id, CaseEvent::Unreadable, cause, recorded_at);
                }
            }
            (Some(_), _) => {}
            (None, meaning) => self.take_in(definition, meaning, event_id, recorded_at),
        }
        Ok(Seen::New)
    }

    fn take_in(&mut self, definition: &'static Definition, meaning: Meaning, event_id: Uuid, at: Timestamp) {
        match meaning {
            Meaning::Asked(request) => {
                for case_id in &request.supersedes {
                    self.tell(*case_id, CaseEvent::Superseded, event_id, at);
                }
                if let Some(opening) = opening(&request, self.stream_id, event_id, at) {
                    self.open(definition, opening);
                }
            }
            Meaning::Confirmed { acts, register } => {
                for case_id in acts {
                    if let Some(case) = self.cases.get(&case_id) {
                        let confirmed = confirmed(case.act, register);
                        self.tell(case_id, confirmed, event_id, at);
                    }
                }
            }
            Meaning::Overdue { act_id } => self.tell(act_id, CaseEvent::Overdue, event_id, at),
            Meaning::DriftFound { acts } => self.tell_all(acts, CaseEvent::DriftFound, event_id, at),
            Meaning::DriftRepaired { acts } => self.tell_all(acts, CaseEvent::DriftRepaired, event_id, at),
            Meaning::Aside | Meaning::Unknown | Meaning::Unreadable { .. } => {}
        }
    }

    /// Stops the line's open cases at an event that cannot be read.
    fn park(
        &mut self,
        definition: &'static Definition,
        cause: Uuid,
        may_open: Option<Opening>,
        at: Timestamp,
    ) {
        self.parked_by = Some(cause);
        if let Some(opening) = may_open {
            self.open(definition, opening);
        }
        let undecided: Vec<_> =
            self.cases.values().filter(|case| !case.facts.is_closed()).map(|case| case.case_id).collect();
        self.tell_all(undecided, CaseEvent::Unreadable, cause, at);
    }

    /// One case per act: an act that has a case joins it.
    fn open(&mut self, definition: &'static Definition, opening: Opening) -> Uuid {
        let case_id = opening.act_id;
        self.cases.entry(case_id).or_insert_with(|| {
            self.changed.insert(case_id);
            Case::open(definition, opening)
        });
        case_id
    }

    /// Acts without a case are not of the population.
    fn tell(&mut self, case_id: Uuid, event: CaseEvent, event_id: Uuid, at: Timestamp) {
        if let Some(case) = self.cases.get_mut(&case_id) {
            case.apply(event, event_id, at);
            self.changed.insert(case_id);
        }
    }

    fn tell_all(&mut self, case_ids: Vec<Uuid>, event: CaseEvent, event_id: Uuid, at: Timestamp) {
        for case_id in case_ids {
            self.tell(case_id, event, event_id, at);
        }
    }
}

fn opening(request: &Request, subject_id: Uuid, event_id: Uuid, recorded_at: Timestamp) -> Option<Opening> {
    let act = request.act.filter(|act| act.is_promised())?;
    Some(Opening {
        act_id: request.act_id,
        subject_id,
        place: request.place.clone(),
        act: Some(act),
        received_at: request.received_at,
        other_reasons_remain: request.other_reasons_remain,
        event_id,
        recorded_at,
    })
}

/// Suspended is barred in both domains, reinstated is open in both; anything else is not what was asked.
fn confirmed(act: Option<Act>, register: Option<RegisterState>) -> CaseEvent {
    let Some(register) = register.filter(|register| register.level != EvidenceLevel::NotYetConfirmed) else {
        return CaseEvent::Confirmed { read_back: ReadBack::Missing, level: EvidenceLevel::NotYetConfirmed };
    };
    let as_asked = match act.map(|act| act.kind) {
        Some(ActKind::Suspend) => !register.cs && !register.ps,
        Some(ActKind::Reinstate) => register.cs && register.ps,
        None => false,
    };
    let read_back = if as_asked { ReadBack::AsAsked } else { ReadBack::Otherwise };
    CaseEvent::Confirmed { read_back, level: register.level }
}
