//! What the register should show, and what is known of what it shows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use vigie_clock::Timestamp;

use super::identifiers::{Imsi, Msisdn};

/// What the register should show *now*. There is one per line: a later act replaces it, none is queued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intent {
    /// Grows with every act that asks something of the register; 0 for a line that was only registered.
    pub sequence: u64,
    /// What it should show.
    pub target: Target,
}

/// What the register should show for a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Both domains serve the SIM.
    Open {
        /// SIM in use.
        imsi: Imsi,
        /// Number.
        msisdn: Msisdn,
    },
    /// No domain serves the SIM.
    Barred {
        /// SIM in use.
        imsi: Imsi,
        /// Number.
        msisdn: Msisdn,
    },
    /// The old SIM is barred and has no number, the new one has it.
    SimReplaced {
        /// SIM that goes.
        old_imsi: Imsi,
        /// SIM that comes.
        new_imsi: Imsi,
        /// Number.
        msisdn: Msisdn,
        /// Whether the new SIM comes up barred: a reason for suspension remains.
        barred_after: bool,
    },
    /// No domain serves the SIM, for good.
    Terminated {
        /// SIM last in use.
        imsi: Imsi,
        /// Number.
        msisdn: Msisdn,
    },
}

impl Target {
    /// Whether the SIM in use must end up served by no domain.
    pub const fn is_barred(&self) -> bool {
        self.name().is_barred(matches!(self, Self::SimReplaced { barred_after: true, .. }))
    }

    /// The target without what names a person.
    pub const fn name(&self) -> TargetName {
        match self {
            Self::Open { .. } => TargetName::Open,
            Self::Barred { .. } => TargetName::Barred,
            Self::SimReplaced { .. } => TargetName::SimReplaced,
            Self::Terminated { .. } => TargetName::Terminated,
        }
    }
}

/// What the register should show for a line, without what names a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TargetName {
    /// Both domains serve the SIM.
    Open,
    /// No domain serves the SIM.
    Barred,
    /// The old SIM is barred and has no number, the new one has it.
    SimReplaced,
    /// No domain serves the SIM, for good.
    Terminated,
}

impl TargetName {
    const fn is_barred(self, barred_after: bool) -> bool {
        match self {
            Self::Open => false,
            Self::SimReplaced => barred_after,
            Self::Barred | Self::Terminated => true,
        }
    }
}

/// What was read back from the register for the SIM that is in use once the intent is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// Whether the circuit-switched domain serves it.
    pub cs: bool,
    /// Whether the packet-switched domain serves it.
    pub ps: bool,
    /// Whether a network element (VLR or SGSN) was known for it just before the write.
    pub attached: bool,
    /// Whether the register is a simulation.
    pub simulated: bool,
}

impl Confirmation {
    /// Whether this is what a barred, or an open, line shows. Half barred is neither.
    pub const fn shows(&self, barred: bool) -> bool {
        self.cs != barred && self.ps != barred
    }

    /// What it proves. A detach is only ever sent when a line is barred.
    pub const fn evidence(&self, barred: bool) -> Evidence {
        match self {
            Self { simulated: true, .. } => Evidence::Simulated,
            Self { attached: true, .. } if barred => Evidence::DetachRequested,
            _ => Evidence::RegisterReadBack,
        }
    }
}

/// How far the network is known to follow the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Evidence {
    /// Recorded, and not (or no longer) read back as asked.
    NotYetConfirmed,
    /// Read back from a simulated register: proves nothing about a network.
    Simulated,
    /// Read back from the subscriber register.
    RegisterReadBack,
    /// Read back, and the detach was sent to the network element that the phone was attached to.
    DetachRequested,
}

impl Evidence {
    /// Every level.
    pub const ALL: [Self; 4] =
        [Self::NotYetConfirmed, Self::Simulated, Self::RegisterReadBack, Self::DetachRequested];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotYetConfirmed => "NOT_YET_CONFIRMED",
            Self::Simulated => "SIMULATED",
            Self::RegisterReadBack => "REGISTER_READ_BACK",
            Self::DetachRequested => "DETACH_REQUESTED",
        }
    }
}

/// What the register shows for a line, without what names a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Observed {
    /// Whether the register knows the SIM.
    pub known: bool,
    /// Whether the circuit-switched domain serves it.
    pub cs: bool,
    /// Whether the packet-switched domain serves it.
    pub ps: bool,
}

impl Observed {
    /// The register does not know the SIM.
    pub const UNKNOWN: Self = Self { known: false, cs: false, ps: false };

    /// The register knows the SIM, and serves it in these domains.
    pub const fn domains(cs: bool, ps: bool) -> Self {
        Self { known: true, cs, ps }
    }

    /// What a barred, or an open, line shows.
    pub const fn of(barred: bool) -> Self {
        Self::domains(!barred, !barred)
    }
}

/// A difference between register and record that nobody asked for, until it is repaired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drift {
    /// What the register showed.
    pub found: Observed,
    /// Whether one of our own writes of unknown effect can explain it.
    pub explained_by_own_write: bool,
    /// When it was recorded.
    pub found_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_barred_confirms_nothing() {
        let read = |cs, ps| Confirmation { cs, ps, attached: false, simulated: false };
        assert!(read(false, false).shows(true) && !read(false, false).shows(false));
        assert!(read(true, true).shows(false) && !read(true, true).shows(true));
        for half in [read(true, false), read(false, true)] {
            assert!(!half.shows(true) && !half.shows(false));
        }
    }

    #[test]
    fn evidence_never_claims_more_than_was_seen() {
        let read = |attached, simulated| Confirmation { cs: false, ps: false, attached, simulated };
        assert_eq!(read(true, true).evidence(true), Evidence::Simulated);
        assert_eq!(read(true, false).evidence(true), Evidence::DetachRequested);
        assert_eq!(
            read(true, false).evidence(false),
            Evidence::RegisterReadBack,
            "unbarring sends no detach"
        );
        assert_eq!(read(false, false).evidence(true), Evidence::RegisterReadBack);
    }
}
