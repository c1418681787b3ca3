//! Who asks, in what standing, and how sure we are.

use std::collections::BTreeSet;

use vigie_clock::Timestamp;

/// A standing that the rules of a line know; the many roles of the house are mapped to these at the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Manages the customer's fleet or account.
    Manager,
    /// The operator's advisor.
    Advisor,
    /// The operator's billing clerk.
    BillingClerk,
    /// Another system of the operator's.
    Integration,
}

/// What is known of the person whose token came with the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Subject of the token.
    pub user_id: String,
    /// Standings, within whose scope the line is.
    pub roles: BTreeSet<Role>,
    /// True for the person who holds this phone (utilisateur).
    pub is_line_user: bool,
    /// True after a fresh second proof of identity (at most 5 minutes old).
    pub step_up: bool,
    /// True when the request came in over this very line, or from the phone that holds it.
    pub asked_from_this_line: bool,
}

impl Authority {
    /// Whether the person has this standing.
    pub fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// A person on the phone for whom staff act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnBehalf {
    /// User id of that person.
    pub person: String,
    /// True if that person is known to manage the line's account; false when that is not known.
    pub is_manager: bool,
    /// How the caller was recognised: `customer code`, `call back on the registered number`.
    pub caller_checks: Vec<String>,
}

impl OnBehalf {
    /// Whether at least one check is on record.
    pub fn was_checked(&self) -> bool {
        self.caller_checks.iter().any(|check| !check.trim().is_empty())
    }
}

/// That a stolen handset came back, as a manager attests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandsetRecovery {
    /// Who attests it.
    pub attested_by: String,
    /// When it was recovered.
    pub recovered_at: Timestamp,
}
