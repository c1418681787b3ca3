//! Somebody leaves.

use vigie_clock::Timestamp;

use super::draft::Draft;
use crate::domain::staff::event::{Fact, LeavingRecorded};
use crate::domain::staff::member::Leaving;
use crate::domain::staff::policy::Policy;
use crate::domain::staff::rejection::Rejection;
use crate::domain::staff::stand_in::StandIn;

/// May be said again with another instant or deputy until it has come. One who left before it was recorded has left at once.
pub(super) fn record(
    draft: &mut Draft<'_>,
    leaves_at: Timestamp,
    deputy: Option<&StandIn>,
) -> Result<(), Rejection> {
    let member = draft.member();
    if let Some(deputy) = deputy {
        deputy.check(member)?;
    }
    let deputy_staff_id = deputy.map(|deputy| deputy.staff_id);
    let is_same = |last: &Leaving| last.leaves_at == leaves_at && last.deputy_staff_id == deputy_staff_id;
    if member.leavings.last().is_some_and(is_same) {
        return Ok(());
    }
    if member.leavings.len() >= Policy::DEFAULT.leavings_max {
        return Err(Rejection::TooMany("the leaving was changed as often as it may be"));
    }
    let actor = draft.actor();
    draft.record(Fact::LeavingRecorded(LeavingRecorded { actor, leaves_at, deputy_staff_id }));
    Ok(())
}
