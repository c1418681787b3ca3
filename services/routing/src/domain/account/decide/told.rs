//! What the customer was told, by the word of whoever has the proof (promises 2.1 and 3.1).

use std::time::Duration;

use uuid::Uuid;
use vigie_clock::{Channel, Timestamp};

use super::draft::Draft;
use crate::domain::account::event::{ContactPointTold, Fact, ManagerChangeNotTold, ManagerChangeTold};
use crate::domain::account::rejection::Rejection;
use crate::domain::account::state::Account;
use crate::domain::account::telling::{TellBy, Told};

/// Within how many *jours ouvrés* a customer is told of a change of the manager [D].
const TELL_DAYS: u16 = 2;

/// How far the clock of whoever has the proof may be ahead of ours.
const AHEAD_MAX: Duration = Duration::from_mins(5);

/// By when the customer is told of what begins and ends at `time`.
pub(super) fn tell_by(draft: &Draft<'_>, time: (Timestamp, Option<Timestamp>)) -> Option<TellBy> {
    let ((from, until), now) = (time, draft.now());
    if draft.channel() == Channel::Import || until.is_some_and(|until| until <= now) {
        return None;
    }
    let (term, due) = draft.account().working_days(TELL_DAYS, from.max(now));
    Some(TellBy { term, due })
}

/// The first proof counts; what was told already leads to nothing.
pub(super) fn record(
    draft: &mut Draft<'_>,
    told: Told,
    notice_id: Uuid,
    told_at: Timestamp,
) -> Result<Uuid, Rejection> {
    if told_at > draft.now().plus(AHEAD_MAX) {
        return Err(Rejection::Period("told_at lies ahead"));
    }
    let (why, told_at) = (draft.why(), told_at.min(draft.now()));
    let telling = &draft.account().telling;
    let fact = match told {
        Told::ManagerChange { change_id } => {
            let change = telling.latest(change_id).ok_or(Rejection::ChangeNotFound)?;
            change.told.is_none().then(|| {
                Fact::ManagerChangeTold(ManagerChangeTold {
                    why,
                    change_id,
                    change: change.change,
                    staff_id: change.staff_id,
                    notice_id,
                    told_at,
                    due: change.due,
                })
            })
        }
        Told::ContactPoint { contact_point_id, point_version, valid_from } => {
            let is_news = telling.point(contact_point_id, point_version).is_none();
            if is_news && telling.is_full_of_points() {
                return Err(Rejection::TooMany("a contact point that was told"));
            }
            is_news.then_some(Fact::ContactPointTold(ContactPointTold {
                why,
                contact_point_id,
                point_version,
                valid_from: Some(valid_from),
                notice_id,
                told_at,
            }))
        }
    };
    if let Some(fact) = fact {
        draft.record(fact);
    }
    Ok(draft.act_id())
}

/// Says once of each change that the customer should have been told of it.
pub(super) fn tell_breach(draft: &mut Draft<'_>, now: Timestamp) {
    let late = draft.account().telling.open().filter(|(_, due)| Account::breach_told_at(*due) <= now);
    let late = late.map(|(change, due)| ManagerChangeNotTold {
        change_id: change.change_id,
        change: change.change,
        staff_id: change.staff_id,
        due,
    });
    for fact in late.collect::<Vec<_>>() {
        draft.record(Fact::ManagerChangeNotTold(fact));
    }
}
