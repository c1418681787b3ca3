//! Whoever steps in for another.

use std::time::Duration;

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::member::StaffMember;
use super::rejection::Rejection;
use crate::domain::{ALL_KNOWN, Code};

/// The shortest time there is: what an instant alone stands for.
const INSTANT: Duration = Duration::from_micros(1);

/// A colleague as they stand for a time in which they are to step in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// Who.
    pub staff_id: Uuid,
    /// Whether accounts may be assigned to them.
    pub is_account_manager: bool,
    /// Whether their training for account managers is valid for all of the time.
    pub is_trained: bool,
    /// Whether they are there for all of the time: neither away nor gone.
    pub is_there: bool,
}

impl StandIn {
    /// `colleague` for the time from `from` until `until`, exclusive; `None` for the instant `from` alone.
    pub fn of(colleague: &StaffMember, from: Timestamp, until: Option<Timestamp>) -> Self {
        let last = until.unwrap_or_else(|| from.plus(INSTANT));
        Self {
            staff_id: colleague.staff_id(),
            is_account_manager: colleague.profile().is_account_manager,
            is_trained: colleague
                .trained_until(Code::ACCOUNT_MANAGER, from, ALL_KNOWN)
                .is_some_and(|trained_until| last <= trained_until),
            is_there: colleague.is_there(from, last),
        }
    }

    /// Refuses one who cannot step in for `member`.
    pub(super) fn check(&self, member: &StaffMember) -> Result<(), Rejection> {
        if self.staff_id == member.staff_id() {
            return Err(Rejection::StaffUnavailable("nobody steps in for themselves: name a colleague"));
        }
        if !self.is_there {
            return Err(Rejection::StaffUnavailable("the colleague is away or leaves in that time"));
        }
        // Whoever has no accounts needs nobody who may have some.
        if !member.profile().is_account_manager {
            return Ok(());
        }
        match (self.is_account_manager, self.is_trained) {
            (false, _) => Err(Rejection::NotAManager),
            (true, false) => Err(Rejection::ManagerUntrained),
            (true, true) => Ok(()),
        }
    }
}
