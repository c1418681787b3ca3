//! Times away: planned, taken back, ended early.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::draft::Draft;
use crate::domain::ALL_KNOWN;
use crate::domain::staff::absence::{Absence, Recorded};
use crate::domain::staff::event::{AbsenceCancelled, AbsenceEnded, AbsencePlanned, Fact};
use crate::domain::staff::policy::Policy;
use crate::domain::staff::rejection::Rejection;
use crate::domain::staff::stand_in::StandIn;

/// An absence without cover is allowed, and is work. One that began before it was recorded is an illness as a rule; one
/// that is over changes nothing for anybody.
pub(super) fn plan(
    draft: &mut Draft<'_>,
    from: Timestamp,
    until: Timestamp,
    cover: Option<&StandIn>,
) -> Result<(), Rejection> {
    let member = draft.member();
    if until <= from {
        return Err(Rejection::BadPeriod("the absence ends before it begins"));
    }
    if until <= draft.context().now {
        return Err(Rejection::BadPeriod("the absence is over already"));
    }
    if member.leaves_at(ALL_KNOWN).is_some_and(|leaves_at| leaves_at <= from) {
        return Err(Rejection::BadPeriod("the staff member has left by then"));
    }
    if member.absences.iter().any(|absence| absence.overlaps(from, until)) {
        return Err(Rejection::AbsenceOverlaps);
    }
    if member.absences().len() >= Policy::DEFAULT.absences_max {
        return Err(Rejection::TooMany("the staff member has as many absences planned as there may be"));
    }
    if let Some(cover) = cover {
        cover.check(member)?;
    }
    let absence = Absence {
        absence_id: draft.context().act_id,
        from,
        until,
        cover_staff_id: cover.map(|cover| cover.staff_id),
    };
    let actor = draft.actor();
    draft.record(Fact::AbsencePlanned(AbsencePlanned { actor, absence }));
    Ok(())
}

/// One that is over stays as it was.
pub(super) fn cancel(draft: &mut Draft<'_>, absence_id: Uuid) -> Result<(), Rejection> {
    let of_that_id = |absence: &&Recorded| absence.planned.absence_id == absence_id;
    let recorded = *draft.member().absences.iter().find(of_that_id).ok_or(Rejection::AbsenceNotFound)?;
    if recorded.is_over() {
        return Ok(());
    }
    let absence = recorded.planned;
    let fact = if recorded.has_begun {
        // It began in this very instant at the earliest: so long it was one.
        let until = draft.context().now.clamp(absence.from, absence.until);
        let planned_until = (until != absence.until).then_some(absence.until);
        Fact::AbsenceEnded(AbsenceEnded { absence: Absence { until, ..absence }, planned_until })
    } else {
        Fact::AbsenceCancelled(AbsenceCancelled { actor: draft.actor(), absence })
    };
    draft.record(fact);
    Ok(())
}
