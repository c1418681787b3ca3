//! What a customer asked of a line.

use uuid::Uuid;

/// The two gestures of promise 9.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActKind {
    /// *Suspension de la ligne*: bar it in the register.
    Suspend,
    /// *Remise en service*: lift a reason, unbar when none is left.
    Reinstate,
}

impl ActKind {
    /// The stable name, also the one stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suspend => "SUSPEND",
            Self::Reinstate => "REINSTATE",
        }
    }

    /// Back from the stable name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Suspend, Self::Reinstate].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// The reason that an act adds or lifts, as far as the ledger tells them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SuspensionReason {
    /// *Perte*.
    Loss,
    /// *Vol*.
    Theft,
    /// Whatever promise 9.3 does not speak of: unpaid invoices, a commercial freeze, …
    Elsewhere,
}

impl SuspensionReason {
    /// The stable name, also the one stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Loss => "LOSS",
            Self::Theft => "THEFT",
            Self::Elsewhere => "ELSEWHERE",
        }
    }

    /// Back from the stable name; a reason that promise 9.3 does not speak of is [`Self::Elsewhere`].
    pub fn parse(name: &str) -> Self {
        match name {
            "LOSS" => Self::Loss,
            "THEFT" => Self::Theft,
            _ => Self::Elsewhere,
        }
    }
}

/// A gesture for a reason: `SUSPEND THEFT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Act {
    /// Which way.
    pub kind: ActKind,
    /// For which reason.
    pub reason: SuspensionReason,
}

impl Act {
    /// Population of characteristic 9.3: acts that suspend for or reinstate from LOSS or THEFT, nothing else.
    pub const fn is_promised(self) -> bool {
        matches!(self.reason, SuspensionReason::Loss | SuspensionReason::Theft)
    }
}

impl std::fmt::Display for Act {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.kind.as_str(), self.reason.as_str())
    }
}

/// Where in the customer's organisation the line was when the act was asked: decides who may see its case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The business customer's account.
    pub account_id: Uuid,
    /// Site (SIRET).
    pub site: Option<String>,
    /// Cost centre.
    pub cost_centre: Option<String>,
}
