//! A number that goes to another operator (*portabilité sortante*).
//!
//! While it is on its way the line is as any other: lost or stolen, it is suspended, and that does not stop the port. When
//! it is gone the line has ended.

use vigie_clock::Timestamp;

use super::authority::Role;
use super::rejection::Rejection;
use super::suspension::Asker;

/// A port that was noted and is neither cancelled nor completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortOut {
    /// When the number is to go.
    pub planned_at: Timestamp,
}

/// The operator's advisor, or the system that talks to the other operators: the customer asks the operator to whom the
/// number goes, not us.
pub(super) fn may_handle_port_out(asker: &Asker<'_>) -> Result<(), Rejection> {
    if asker.by.is(Role::Advisor) || asker.by.is(Role::Integration) {
        return Ok(());
    }
    Err(Rejection::PermissionDenied("a port to another operator is recorded by an advisor or an integration"))
}
