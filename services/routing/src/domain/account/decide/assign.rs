//! Giving an account its manager, and ending that (promise 2.1).

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::draft::Draft;
use super::takes_from;
use super::told::tell_by;
use crate::domain::STATEMENTS_MAX;
use crate::domain::account::event::{Fact, ManagerAssigned, ManagerAssignmentEnded};
use crate::domain::account::manager::{Assignment, Candidate, overlap};
use crate::domain::account::rejection::Rejection;

/// A hand-over is one act: the end of the one and the begin of the other are recorded together, or neither is.
pub(super) fn assign(
    draft: &mut Draft<'_>,
    candidate: &Candidate,
    time: (Timestamp, Option<Timestamp>),
    replaces: Option<Uuid>,
) -> Result<Uuid, Rejection> {
    let (from, until) = time;
    takes_from(draft.account(), from)?;
    if until.is_some_and(|until| until <= from) {
        return Err(Rejection::Period("the assignment ends before it begins"));
    }
    let training_valid_until = may_have_accounts(candidate, from)?;
    let assignment_id = draft.act_id();
    if let Some(replaced) = replaces {
        hand_over(draft, replaced, from, assignment_id)?;
    }
    let others = draft.account().assignments.iter();
    if let Some(other) = others.clone().find(|kept| overlap(kept.time(), time)) {
        return Err(Rejection::Overlaps(other.made().assignment_id));
    }
    if others.len() >= STATEMENTS_MAX {
        return Err(Rejection::TooMany("the manager"));
    }
    let assignment = Assignment {
        assignment_id,
        staff_id: candidate.contact.staff_id,
        effective_from: from,
        effective_until: until,
        training_valid_until,
    };
    let fact = ManagerAssigned {
        why: draft.why(),
        assignment,
        manager: candidate.contact.clone(),
        replaces_assignment_id: replaces,
        tell_by: tell_by(draft, time),
    };
    draft.record(Fact::ManagerAssigned(fact));
    Ok(assignment_id)
}

/// An account manager, trained at that instant, who has not left by then. Until when the training holds.
pub(super) fn may_have_accounts(candidate: &Candidate, from: Timestamp) -> Result<Timestamp, Rejection> {
    if !candidate.is_account_manager {
        return Err(Rejection::NotAManager);
    }
    if candidate.leaves_at.is_some_and(|leaves_at| leaves_at <= from) {
        return Err(Rejection::StaffUnavailable);
    }
    candidate.trained_until.ok_or(Rejection::ManagerUntrained)
}

/// The assignment `replaced` ends when the next one begins. One that would begin after that never held; one that has ended
/// before stays as it is.
fn hand_over(draft: &mut Draft<'_>, replaced: Uuid, from: Timestamp, next: Uuid) -> Result<(), Rejection> {
    let kept = draft.account().assignments.iter().find(|kept| kept.made().assignment_id == replaced);
    let kept = kept.ok_or(Rejection::AssignmentNotFound)?;
    let (begin, end) = kept.time();
    let until = from.max(begin);
    if end.is_some_and(|end| end <= until) {
        return Ok(());
    }
    record_end(draft, replaced, until, Some(next))
}

/// An end can be brought forward, also into the past; equal to its begin, the assignment never held.
pub(super) fn end(draft: &mut Draft<'_>, assignment_id: Uuid, until: Timestamp) -> Result<Uuid, Rejection> {
    let kept = draft.account().assignments.iter().find(|kept| kept.made().assignment_id == assignment_id);
    let (begin, end) = kept.ok_or(Rejection::AssignmentNotFound)?.time();
    if until < begin {
        return Err(Rejection::Period("the assignment ends before it begins"));
    }
    if end == Some(until) {
        return Ok(draft.act_id());
    }
    if end.is_some_and(|end| end < until) {
        return Err(Rejection::Period("the assignment ends before that already: assign the manager anew"));
    }
    record_end(draft, assignment_id, until, None)?;
    Ok(draft.act_id())
}

fn record_end(
    draft: &mut Draft<'_>,
    assignment_id: Uuid,
    until: Timestamp,
    next: Option<Uuid>,
) -> Result<(), Rejection> {
    let kept = draft.account().assignments.iter().find(|kept| kept.made().assignment_id == assignment_id);
    let kept = kept.ok_or(Rejection::AssignmentNotFound)?;
    if kept.is_full() {
        return Err(Rejection::TooMany("the end of the assignment"));
    }
    let assignment = Assignment { effective_until: Some(until), ..kept.made().clone() };
    let fact = ManagerAssignmentEnded { why: draft.why(), assignment, replaced_by_assignment_id: next };
    draft.record(Fact::ManagerAssignmentEnded(fact));
    Ok(())
}
