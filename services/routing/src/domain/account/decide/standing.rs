//! Gaps in which a customer has nobody (promise 2.1): a gap lasts 1 *jour ouvré* [D] at most.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::draft::Draft;
use crate::domain::account::event::{Fact, GapEnd, ManagerGapClosed, ManagerGapOpened, ManagerGapOverdue};
use crate::domain::account::gap::{Gap, Standing, Turn};
use crate::domain::account::state::Account;

/// How long a gap may last, in *jours ouvrés* [D].
const GAP_DAYS: u16 = 1;

/// Writes down what turned; what is so already leads to nothing.
pub(super) fn record(draft: &mut Draft<'_>, turns: &[Turn]) -> Uuid {
    for turn in turns {
        match (draft.account().gap.clone(), turn.standing) {
            (None, Standing::Gap { cause, staff_id }) => {
                let (term, due) = draft.account().working_days(GAP_DAYS, turn.since);
                let gap_id = Gap::id(draft.account().account_id(), turn.at);
                let gap = Gap { gap_id, since: turn.since, cause, staff_id, term, due, is_overdue: false };
                draft.record(Fact::ManagerGapOpened(ManagerGapOpened { gap, known_since: turn.at }));
            }
            (Some(gap), Standing::Served { staff_id }) => {
                close(draft, gap, turn.at, GapEnd::Served, Some(staff_id));
            }
            (Some(gap), Standing::Out) => close(draft, gap, turn.at, GapEnd::AccountEnded, None),
            (None, _) | (Some(_), Standing::Gap { .. }) => {}
        }
    }
    draft.act_id()
}

fn close(draft: &mut Draft<'_>, gap: Gap, until: Timestamp, end: GapEnd, staff_id: Option<Uuid>) {
    if gap.due <= until && !gap.is_overdue {
        draft.record(overdue(&gap));
    }
    let Gap { gap_id, since, cause, due, .. } = gap;
    let fact = ManagerGapClosed { gap_id, since, cause, due, until, end, staff_id };
    draft.record(Fact::ManagerGapClosed(fact));
}

/// Says once that a gap lasts too long.
pub(super) fn tell_breach(draft: &mut Draft<'_>, now: Timestamp) {
    let is_due = |gap: &&Gap| !gap.is_overdue && Account::breach_told_at(gap.due) <= now;
    if let Some(fact) = draft.account().gap.as_ref().filter(is_due).map(overdue) {
        draft.record(fact);
    }
}

const fn overdue(gap: &Gap) -> Fact {
    Fact::ManagerGapOverdue(ManagerGapOverdue {
        gap_id: gap.gap_id,
        since: gap.since,
        cause: gap.cause,
        due: gap.due,
    })
}
