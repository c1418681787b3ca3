//! The promised time of an act, or of blocking a stolen handset, is over.

use vigie_clock::{Context, Timestamp};

use super::Decided;
use super::draft::Draft;
use crate::domain::act::Act;
use crate::domain::event::{ConfirmationOverdue, Fact, HandsetBlockOverdue};
use crate::domain::evolve::overdue_at;
use crate::domain::line::Line;
use crate::domain::policy::Policy;

/// Raises one alert for each act, and each stolen handset, that still waits at its limit, once.
///
/// The later of `due` and the present counts: a wake whose replica's clock is behind must not come to nothing,
/// for the same wake comes only once.
pub(super) fn wake(line: &Line, due: Timestamp, context: &Context) -> Decided {
    let present = due.max(context.now);
    let is_overdue = |act: &&Act| !act.overdue && overdue_at(act) <= present;
    let mut act_id = None;
    let mut draft = Draft::of(line, context);
    for act in line.pending_acts().filter(is_overdue) {
        act_id = Some(act.act_id);
        draft.record(Fact::ConfirmationOverdue(ConfirmationOverdue {
            act_id: act.act_id,
            reference: act.reference(),
            kind: act.kind,
            reason: act.reason,
            received_at: act.received_at,
            overdue_at: overdue_at(act),
            sequence: line.sequence,
            target: line.target_name(),
            runbook: Policy::OVERDUE_RUNBOOK.to_owned(),
        }));
    }
    let unblocked = line.declarations().iter().filter(|declaration| declaration.awaits_block());
    for declaration in unblocked.filter(|declaration| declaration.due_at <= present) {
        act_id = Some(declaration.declaration_id);
        draft.record(Fact::HandsetBlockOverdue(HandsetBlockOverdue {
            declaration_id: declaration.declaration_id,
            reference: declaration.reference(),
            declared_at: declaration.declared_at,
            counted_from: declaration.counted_from,
            due_at: declaration.due_at,
            runbook: Policy::NOT_BLOCKED_RUNBOOK.to_owned(),
        }));
    }
    act_id.map_or_else(|| Decided::nothing(line, context), |act_id| draft.finish(act_id))
}
