//! A person of an account, as their events leave them.

use uuid::Uuid;

use super::snapshot::Snapshot;

/// A registered person. One who is not registered is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub(super) account_id: Uuid,
    pub(super) person_id: Uuid,
    pub(super) known: Snapshot,
}

impl Person {
    /// Their id.
    pub const fn person_id(&self) -> Uuid {
        self.person_id
    }

    /// The account.
    pub const fn account_id(&self) -> Uuid {
        self.account_id
    }

    /// All that is known of them.
    pub const fn known(&self) -> &Snapshot {
        &self.known
    }

    /// Whether they have left the account.
    pub const fn has_left(&self) -> bool {
        self.known.left_at.is_some()
    }

    /// Whose data they are: one subject for life, whatever changes.
    pub(super) const fn subject(&self) -> Uuid {
        self.known.family_name.subject()
    }
}
