//! The usual roles for a cause, the first that somebody has. All \[D\].

use super::facts::PersonRole;
use crate::domain::CauseKind;

/// Roles in order of how near the cause is to what they answer for.
pub(super) const fn ladder(kind: CauseKind) -> [PersonRole; 4] {
    use PersonRole::{AccountAdministrator, ContractManager, FleetManager, ItManager};
    match kind {
        CauseKind::LineBarred
        | CauseKind::LineReinstated
        | CauseKind::LinePending
        | CauseKind::ReinstatementAsked => [FleetManager, AccountAdministrator, ItManager, ContractManager],
        CauseKind::ManagerAssigned
        | CauseKind::ManagerAssignmentEnded
        | CauseKind::ManagerCoverBegan
        | CauseKind::ManagerCoverEnded
        | CauseKind::ContactPointChanged
        | CauseKind::ContactPointRetired => [AccountAdministrator, ContractManager, FleetManager, ItManager],
    }
}
