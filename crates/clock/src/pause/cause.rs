//! Why a case waits, and whether its clock does.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why a case waits. Only what lies on the customer's side stops a clock (shared rule "Pause").
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "SCREAMING_SNAKE_CASE", deny_unknown_fields)]
pub enum Cause {
    /// The customer has to answer, to be there, to decide: PENDING, the clock stops.
    Customer,
    /// We do: HELD, the clock runs.
    Ours,
    /// Somebody else does: HELD, the clock runs.
    ThirdParty {
        /// Which one, in the contract's words.
        code: String,
    },
    /// Nobody could (force majeure): HELD, the clock runs.
    ForceMajeure {
        /// What happened, in the contract's words.
        code: String,
    },
}

/// A cause without its code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CauseKind {
    /// The customer's side.
    Customer,
    /// Our side.
    Ours,
    /// A third party.
    ThirdParty,
    /// Force majeure.
    ForceMajeure,
}

impl Cause {
    /// Without its code.
    pub const fn kind(&self) -> CauseKind {
        match self {
            Self::Customer => CauseKind::Customer,
            Self::Ours => CauseKind::Ours,
            Self::ThirdParty { .. } => CauseKind::ThirdParty,
            Self::ForceMajeure { .. } => CauseKind::ForceMajeure,
        }
    }
}

impl CauseKind {
    /// Whether clocks stop meanwhile: then the ticket is PENDING, else HELD.
    pub const fn stops_the_clock(self) -> bool {
        matches!(self, Self::Customer)
    }

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Customer => "CUSTOMER",
            Self::Ours => "OURS",
            Self::ThirdParty => "THIRD_PARTY",
            Self::ForceMajeure => "FORCE_MAJEURE",
        }
    }
}

impl fmt::Display for CauseKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
