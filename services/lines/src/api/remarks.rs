//! What else there is to know of what was just done, so that nobody takes it for more than it is.

use vigie_proto::lines::Remark;

use crate::domain::{Line, Reason};

/// The line was suspended.
pub(super) fn of_suspension(line: &Line) -> Vec<i32> {
    let port_out_goes_on = line.port_out().is_some().then_some(Remark::PortOutGoesOn);
    said(port_out_goes_on)
}

/// The line was reinstated.
pub(super) fn of_reinstatement(line: &Line) -> Vec<i32> {
    let handset_still_stolen = line.has_stolen_handset().then_some(Remark::HandsetStillStolen);
    said(handset_still_stolen)
}

/// A handset of the line was declared stolen.
pub(super) fn of_theft(line: &Line) -> Vec<i32> {
    let is_barred_for_it = line.has(Reason::Theft) || line.ported_out_at().is_some();
    let not_suspended = (!is_barred_for_it).then_some(Remark::LineNotSuspended);
    let port_out_goes_on = line.port_out().is_some().then_some(Remark::PortOutGoesOn);
    said(not_suspended.into_iter().chain(port_out_goes_on))
}

fn said(remarks: impl IntoIterator<Item = Remark>) -> Vec<i32> {
    remarks.into_iter().map(Into::into).collect()
}
