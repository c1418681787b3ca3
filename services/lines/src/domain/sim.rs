//! The SIMs of a line: the one in use, the one that is to come, and those that were.

use uuid::Uuid;
use vigie_clock::Personal;

use super::eid::Eid;
use super::identifiers::{Iccid, Imsi, Sim};
use super::rejection::Rejection;
use super::suspension::{Asker, Reason};

/// A SIM as the record holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecordedSim {
    pub(super) imsi: Personal<Imsi>,
    pub(super) iccid: Personal<Iccid>,
    /// Of an eSIM.
    pub(super) eid: Option<Personal<Eid>>,
    /// The intent that brought it into use; 0 for the one that the line was registered with.
    pub(super) since: u64,
}

impl RecordedSim {
    /// Whether it is `sim`.
    pub(super) fn is(&self, sim: &Sim) -> bool {
        self.imsi.known() == Some(&sim.imsi) && self.iccid.known() == Some(&sim.iccid)
    }

    /// Whether it is a profile on the same chip as `sim`: in the same handset.
    pub(super) fn shares_chip_with(&self, sim: &Sim) -> bool {
        let chip = self.eid.as_ref().and_then(Personal::known);
        chip.is_some() && chip == sim.eid.as_ref()
    }
}

/// A replacement that the register has not confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Replacement {
    pub(super) act_id: Uuid,
    pub(super) sim: RecordedSim,
}

/// The user of the line or a manager, with step-up; staff on their behalf. Who holds another's number holds their
/// codes and calls, so a SIM is as hard to get as a reinstatement; and never from a phone reported lost or stolen.
pub(super) fn may_replace_sim(asker: &Asker<'_>) -> Result<(), Rejection> {
    asker.is_in_person_or_checked_by_staff()?;
    if !asker.is_line_user() && !asker.is_manager() {
        return Err(Rejection::PermissionDenied("a SIM is replaced for the line's user or a manager"));
    }
    if asker.line.has(Reason::Loss) || asker.line.has(Reason::Theft) {
        asker.is_not_on_this_line()?;
    }
    asker.has_stepped_up()
}
