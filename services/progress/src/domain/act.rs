//! An act on a line: facts as they were recorded, and where they leave it.

use uuid::Uuid;
use vigie_clock::Timestamp;

/// What an act asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActKind {
    /// Suspend for a reason.
    Suspend,
    /// Lift a reason.
    Reinstate,
    /// Replace the SIM.
    ReplaceSim,
    /// Terminate the line.
    Terminate,
}

impl ActKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Suspend, Self::Reinstate, Self::ReplaceSim, Self::Terminate];

    /// The stable name, also the one stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suspend => "SUSPEND",
            Self::Reinstate => "REINSTATE",
            Self::ReplaceSim => "REPLACE_SIM",
            Self::Terminate => "TERMINATE",
        }
    }

    /// Back from the stable name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Where an act stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActState {
    /// The register is being driven.
    Pending,
    /// The same, for longer than promised.
    Overdue,
    /// The register was read back as asked.
    Confirmed,
    /// A later act asked for something else before the register confirmed this one.
    Superseded,
    /// A suspension whose reason was lifted by a later act.
    Lifted,
    /// Recorded, with nothing to change in the register: other reasons remain.
    Recorded,
}

impl ActState {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Pending, Self::Overdue, Self::Confirmed, Self::Superseded, Self::Lifted, Self::Recorded];

    /// The stable name, also the one stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Overdue => "OVERDUE",
            Self::Confirmed => "CONFIRMED",
            Self::Superseded => "SUPERSEDED",
            Self::Lifted => "LIFTED",
            Self::Recorded => "RECORDED",
        }
    }
}

/// What the act's evidence is until a read-back says more.
pub(super) const NOT_YET_CONFIRMED: &str = "NOT_YET_CONFIRMED";

/// One act on a line. Each instant is set once: what comes again changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Its id.
    pub act_id: Uuid,
    /// The line.
    pub line_id: Uuid,
    /// The business customer's account.
    pub account_id: Uuid,
    /// What it asks for.
    pub kind: ActKind,
    /// The reason that it adds or lifts.
    pub reason: Option<String>,
    /// What a person quotes.
    pub reference: Option<String>,
    /// Who asked.
    pub actor: String,
    /// For whom, when staff asked.
    pub on_behalf_of: Option<String>,
    /// Through which door.
    pub channel: String,
    /// The act that it takes back.
    pub undoes: Option<Uuid>,
    /// T0: the request with a valid token arrived.
    pub asked_at: Timestamp,
    /// The intent was committed.
    pub recorded_at: Timestamp,
    /// T1: the confirmation was recorded.
    pub confirmed_at: Option<Timestamp>,
    /// It was recorded that the promised time had passed.
    pub overdue_at: Option<Timestamp>,
    /// A later act asked for something else before the confirmation.
    pub superseded_at: Option<Timestamp>,
    /// A later act lifted the reason that this one set.
    pub lifted_at: Option<Timestamp>,
    /// Nothing was asked of the register.
    pub record_only: bool,
    /// How far the network is known to follow.
    pub evidence: String,
    /// Version of the line at its first entry.
    pub first_version: i64,
    /// Version of the line at its last entry so far.
    pub last_version: i64,
}

/// What an event does to an act that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn<'a> {
    Confirmed {
        evidence: Option<&'a str>,
    },
    Overdue,
    Superseded,
    Lifted,
    /// It stands in the act's timeline, and the act stays as it is.
    Mentioned,
}

impl Act {
    /// Where it stands. What ended it stands above what it had reached.
    pub const fn state(&self) -> ActState {
        match self {
            Self { superseded_at: Some(_), .. } => ActState::Superseded,
            Self { lifted_at: Some(_), .. } => ActState::Lifted,
            Self { confirmed_at: Some(_), .. } => ActState::Confirmed,
            Self { record_only: true, .. } => ActState::Recorded,
            Self { overdue_at: Some(_), .. } => ActState::Overdue,
            _ => ActState::Pending,
        }
    }

    pub(super) fn apply(&mut self, turn: Turn<'_>, at: Timestamp, version: i64) {
        let instant = match turn {
            Turn::Confirmed { evidence } => {
                if let (None, Some(evidence)) = (self.confirmed_at, evidence) {
                    evidence.clone_into(&mut self.evidence);
                }
                Some(&mut self.confirmed_at)
            }
            Turn::Overdue => Some(&mut self.overdue_at),
            Turn::Superseded => Some(&mut self.superseded_at),
            Turn::Lifted => Some(&mut self.lifted_at),
            Turn::Mentioned => None,
        };
        if let Some(instant) = instant {
            instant.get_or_insert(at);
        }
        self.last_version = version;
    }
}
