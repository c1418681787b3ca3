//! Who is to step in at an account, and who back.

use uuid::Uuid;
use vigie_clock::{Timestamp, derived_id};

use super::presence::candidate_of;
use super::scene::Scene;
use crate::domain::account::{Account, Command, Cover, CoverCause};
use crate::domain::staff::StaffMember;
use crate::domain::{ALL_KNOWN, Moment};

/// Somebody who is to step in.
struct Wanted {
    cover_id: Uuid,
    cover_staff_id: Uuid,
    cause: CoverCause,
    from: Timestamp,
    until: Option<Timestamp>,
}

impl Scene {
    /// What is to be recorded of covers at `at`: whoever covers for a cause that is over steps back, and whoever is to step
    /// in does, if they are there and may. Whoever is away while covering goes on to be the cover: the customer is told
    /// of a change once, and the named contact is another question.
    pub(super) fn next_cover(&self, own: &Account, at: Timestamp) -> Option<Command> {
        if own.is_closed(Moment::at(at)) || at < own.customer_since() {
            return None;
        }
        let assignment = own.own_assignment(at)?;
        let manager = self.member(assignment.staff_id)?;
        let wanted = wanted(manager, at);
        let is_over = |cover: &Cover| wanted.as_ref().is_none_or(|wanted| wanted.cover_id != cover.cover_id);
        if let Some(cover) = own.covers_of(assignment.staff_id, at).find(is_over) {
            let ended = manager.absence_ended(cover.cover_id).map_or(at, |ended| ended.min(at));
            return Some(Command::StepBack { cover_id: cover.cover_id, until: ended });
        }
        let wanted = wanted?;
        let is_wanted = |cover: Cover| cover.cover_staff_id == wanted.cover_staff_id;
        if own.covers_of(assignment.staff_id, at).any(is_wanted) {
            return None;
        }
        let from = if own.has_cover(wanted.cover_id) {
            at
        } else {
            wanted.from.max(assignment.effective_from).max(own.customer_since())
        };
        let covering = self.member(wanted.cover_staff_id)?;
        let presence = self.presence(wanted.cover_staff_id, Moment::at(at));
        let candidate = candidate_of(covering, from);
        let may = candidate.is_account_manager && candidate.trained_until.is_some();
        let is_there = !presence.has_left && presence.away.is_none();
        (may && is_there).then(|| Command::StepIn {
            cover_id: wanted.cover_id,
            staff_id: assignment.staff_id,
            cover: Box::new(candidate),
            cause: wanted.cause,
            from,
            until: wanted.until,
        })
    }
}

/// Who is to step in for `manager` at `at`, if anybody is.
fn wanted(manager: &StaffMember, at: Timestamp) -> Option<Wanted> {
    let has_left = |leaves_at: &Timestamp| *leaves_at <= at;
    if let Some(left_at) = manager.leaves_at(ALL_KNOWN).filter(has_left) {
        return Some(Wanted {
            cover_id: derived_id(manager.staff_id(), "left"),
            cover_staff_id: manager.deputy(ALL_KNOWN)?,
            cause: CoverCause::Left,
            from: left_at,
            until: None,
        });
    }
    let absence = manager.absence(at, ALL_KNOWN)?;
    Some(Wanted {
        cover_id: absence.absence_id,
        cover_staff_id: absence.cover_staff_id?,
        cause: CoverCause::Absence,
        from: absence.from,
        until: Some(absence.until),
    })
}
