//! Stepping in for the manager of an account who is away or has left.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::assign::may_have_accounts;
use super::draft::Draft;
use super::takes_from;
use super::told::tell_by;
use crate::domain::STATEMENTS_MAX;
use crate::domain::account::event::{Fact, ManagerCoverBegan, ManagerCoverEnded};
use crate::domain::account::manager::{Assignment, Candidate, Cover, CoverCause, Kept, overlap};
use crate::domain::account::rejection::Rejection;

/// What is asked besides who covers.
pub(super) struct StepIn {
    pub(super) cover_id: Uuid,
    pub(super) staff_id: Uuid,
    pub(super) cause: CoverCause,
    pub(super) time: (Timestamp, Option<Timestamp>),
}

/// Whoever covers must be one to whom accounts may be assigned. A cover of the same cause that still holds ends when this
/// one begins.
pub(super) fn step_in(draft: &mut Draft<'_>, asked: &StepIn, by: &Candidate) -> Result<Uuid, Rejection> {
    let (from, until) = asked.time;
    takes_from(draft.account(), from)?;
    if until.is_some_and(|until| until <= from) {
        return Err(Rejection::Period("the cover ends before it begins"));
    }
    let is_managers =
        |kept: &Kept<Assignment>| kept.made().staff_id == asked.staff_id && overlap(kept.time(), asked.time);
    if !draft.account().assignments.iter().any(is_managers) {
        return Err(Rejection::AssignmentNotFound);
    }
    may_have_accounts(by, from)?;
    let latest = draft.account().covers.iter().rev().find(|kept| kept.made().cover_id == asked.cover_id);
    if let Some(kept) = latest.filter(|kept| overlap(kept.time(), asked.time)) {
        let is_so_already = kept.made().cover_staff_id == by.contact.staff_id && kept.time() == asked.time;
        if is_so_already {
            return Ok(draft.act_id());
        }
        let (begin, _) = kept.time();
        record_end(draft, asked.cover_id, from.max(begin))?;
    }
    if draft.account().covers.len() >= STATEMENTS_MAX {
        return Err(Rejection::TooMany("the cover"));
    }
    let cover = Cover {
        cover_id: asked.cover_id,
        staff_id: asked.staff_id,
        cover_staff_id: by.contact.staff_id,
        cause: asked.cause,
        effective_from: from,
        effective_until: until,
    };
    let (why, cover_contact, tell_by) = (draft.why(), by.contact.clone(), tell_by(draft, asked.time));
    let fact = ManagerCoverBegan { why, cover, cover_contact, tell_by };
    draft.record(Fact::ManagerCoverBegan(fact));
    Ok(draft.act_id())
}

/// The cover ends at `until`; one that has ended by then, or never was, needs nothing.
pub(super) fn step_back(draft: &mut Draft<'_>, cover_id: Uuid, until: Timestamp) -> Result<Uuid, Rejection> {
    let latest = draft.account().covers.iter().rev().find(|kept| kept.made().cover_id == cover_id);
    if let Some(kept) = latest {
        let (begin, end) = kept.time();
        let until = until.max(begin);
        if end.is_none_or(|end| until < end) {
            record_end(draft, cover_id, until)?;
        }
    }
    Ok(draft.act_id())
}

fn record_end(draft: &mut Draft<'_>, cover_id: Uuid, until: Timestamp) -> Result<(), Rejection> {
    let latest = draft.account().covers.iter().rev().find(|kept| kept.made().cover_id == cover_id);
    let Some(kept) = latest else { return Ok(()) };
    if kept.is_full() {
        return Err(Rejection::TooMany("the end of the cover"));
    }
    let cover = Cover { effective_until: Some(until), ..kept.made().clone() };
    let fact = ManagerCoverEnded { why: draft.why(), cover };
    draft.record(Fact::ManagerCoverEnded(fact));
    Ok(())
}
