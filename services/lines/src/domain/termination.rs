//! The end of a line.

use super::rejection::Rejection;
use super::suspension::Asker;

/// A manager with step-up, or staff on a manager's behalf: nobody gets the number back.
pub(super) fn may_terminate(asker: &Asker<'_>) -> Result<(), Rejection> {
    asker.is_in_person_or_checked_by_staff()?;
    if !asker.is_manager() {
        return Err(Rejection::PermissionDenied("a line is terminated by a manager"));
    }
    asker.has_stepped_up()
}
