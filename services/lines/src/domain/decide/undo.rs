//! Taking back the suspension of a wrong line.

use uuid::Uuid;
use vigie_clock::Context;

use super::reinstate::Lift;
use super::{Decided, takes_commands};
use crate::domain::act::{Act, ActKind};
use crate::domain::policy::Policy;
use crate::domain::rejection::Rejection;
use crate::domain::suspension::{Asker, Reason};

/// Without step-up, because the person who just suspended the wrong line wants it back at once. So it is narrow:
/// the same person, 15 minutes, only a LOSS that they reported, never from the line itself.
pub(super) fn undo(asker: &Asker<'_>, act_id: Uuid, context: &Context) -> Result<Decided, Rejection> {
    let line = asker.line;
    let act = line.act(act_id).filter(|act| may_undo(asker, act)).ok_or(Rejection::UndoNotAllowed)?;
    takes_commands(line)?;
    if let Some(undone) = line.latest_act().filter(|latest| latest.undoes == Some(act_id)) {
        return Ok(Decided::joins(undone.act_id));
    }
    let is_in_force = line.set_by(Reason::Loss).is_some_and(|set_by| set_by.act_id == act_id);
    if !is_in_force {
        return Err(Rejection::UndoNotAllowed);
    }
    if context.received_at.min(context.now).since(act.received_at) > Policy::DEFAULT.undo_window {
        return Err(Rejection::UndoExpired);
    }
    let lift = Lift { reason: Reason::Loss, undoes: Some(act_id), handset_recovery: None };
    Ok(lift.carry_out(asker, context))
}

/// The same person's own report of a loss, and not from the line that it suspended.
fn may_undo(asker: &Asker<'_>, act: &Act) -> bool {
    let reported_a_loss = act.kind == ActKind::Suspend && act.reason == Some(Reason::Loss);
    reported_a_loss && act.actor == asker.by.user_id && !asker.by.asked_from_this_line
}
