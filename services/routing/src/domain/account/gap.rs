//! Times in which a customer has nobody to turn to (promise 2.1).
//!
//! Counted are companies: the manager of a group serves its companies, and a site follows its company [D]. Somebody is
//! there while the named contact is there and trained, whether assigned, inherited or stepping in. A company that was not
//! known yet, or is no customer any more, has no gap.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vigie_clock::{Term, Timestamp, derived_id};

/// Why nobody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GapCause {
    /// Nobody is assigned, here or above.
    NoManager,
    /// The manager has left; neither a successor nor a deputy is there.
    Left,
    /// The manager is away; nobody covers who is there.
    AwayWithoutCover,
    /// Whoever is there holds no valid training for account managers.
    Untrained,
}

impl GapCause {
    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoManager => "NO_MANAGER",
            Self::Left => "LEFT",
            Self::AwayWithoutCover => "AWAY_WITHOUT_COVER",
            Self::Untrained => "UNTRAINED",
        }
    }
}

/// A gap that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Gap {
    /// Its id: of the account and the instant from which it was known, whoever notes it.
    pub gap_id: Uuid,
    /// Since when nobody is there, by what was known when it became known: not after that.
    pub since: Timestamp,
    /// Why, as it opened.
    pub cause: GapCause,
    /// Who left, is away or is untrained; absent where nobody is assigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff_id: Option<Uuid>,
    /// How long a gap may last: 1 *jour ouvré* [D] of the place of the company's address.
    pub term: Term,
    /// The first instant at which the promise is broken.
    pub due: Timestamp,
    /// Whether that was told.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_overdue: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Gap {
    /// The id of the gap of an account that was known from `known_since` on.
    pub(super) fn id(account_id: Uuid, known_since: Timestamp) -> Uuid {
        derived_id(account_id, &format!("gap {}", known_since.as_micros()))
    }
}

/// How a company stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not counted: not known yet, no customer any more, or no company.
    Out,
    /// Somebody is there.
    Served {
        /// Who.
        staff_id: Uuid,
    },
    /// Nobody is there.
    Gap {
        /// Why.
        cause: GapCause,
        /// Because of whom.
        staff_id: Option<Uuid>,
    },
}

/// That the standing of a company turned: a gap opened, or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The instant at which it turned, as it was known at that very instant: what is recorded later cannot move it.
    pub at: Timestamp,
    /// Of a gap: since when nobody is there, by what was known at `at`. Earlier, where a manager's leaving was recorded late.
    pub since: Timestamp,
    /// What it turned to.
    pub standing: Standing,
}
