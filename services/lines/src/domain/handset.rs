//! The handset that a line is used with.

use super::authority::Role;
use super::rejection::Rejection;
use super::suspension::Asker;

/// Whoever keeps the customer's inventory: a manager, the operator's advisor, a system that sold or enrolled the handset.
/// Not the line's user alone: what is on record is what they may declare stolen, and that blocks it in every network that
/// reads the list.
pub(super) fn may_record_handset(asker: &Asker<'_>) -> Result<(), Rejection> {
    asker.is_in_person_or_checked_by_staff()?;
    let keeps_inventory = asker.by.is(Role::Advisor) || asker.by.is(Role::Integration);
    if asker.is_manager() || keeps_inventory {
        return Ok(());
    }
    Err(Rejection::PermissionDenied("a handset is recorded by a manager, an advisor or an integration"))
}
