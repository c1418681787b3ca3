//! To the account manager (promise 2.1): there, away, gone or untrained, and who steps in.

use uuid::Uuid;
use vigie_clock::Timestamp;

use super::customer::Manager;
use super::decision::{Reason, Route, To};
use super::desk;
use super::known::{Known, Staff};
use super::need::Need;
use super::part::Part;
use super::reach;
use crate::domain::desk::Purpose;

/// To the account manager, else to whoever covers, else to the sales team.
pub(super) fn route<'k, K: Known>(mut part: Part<'_, 'k, K>) -> Route<'k> {
    let need = Need::of_account(&part, Purpose::Sales);
    let (known, at) = (part.known, part.contact.at);
    let Some(manager) = part.customer.and_then(|customer| customer.manager) else {
        part.because(Reason::NoManager);
        return desk::route(part, &need);
    };
    let Some(staff) = known.staff(manager.then.staff) else {
        part.because(Reason::NoManager);
        return desk::route(part, &need);
    };
    part.because(if manager.is_inherited { Reason::ManagerInherited } else { Reason::ManagerAssigned });
    let Some((reason, stand_ins)) = hindrance(&manager, staff, at) else {
        return to_person(part, &need, staff, false);
    };
    part.because(reason);
    // Whoever steps in is held to the same: trained, there, and not gone.
    let mut stand_ins = stand_ins.into_iter().flatten().filter_map(|id| known.staff(id));
    match stand_ins.find(|staff| staff.takes_contacts(at)) {
        Some(staff) => to_person(part, &need, staff, true),
        None => desk::route(part, &need),
    }
}

/// Why a manager cannot take a contact then, and who may step in, the one to ask first in front: whoever was put in for this
/// account, then whoever covers for the manager.
fn hindrance(manager: &Manager, staff: &Staff, at: Timestamp) -> Option<(Reason, [Option<Uuid>; 2])> {
    let then = &manager.then;
    if staff.has_left(at) {
        return Some((Reason::ManagerLeft, [then.cover_after_leaving, staff.deputy]));
    }
    if let Some(away) = staff.absence(at) {
        return Some((Reason::ManagerAway, [then.cover_while_away, away.cover]));
    }
    (!staff.is_trained(at)).then_some((Reason::ManagerUntrained, [None, None]))
}

/// To a person, in the hours of the team they work at. Whose team is not known has no hours that anybody could hold them to.
fn to_person<'k, K: Known>(
    mut part: Part<'_, 'k, K>,
    need: &Need,
    staff: &'k Staff,
    is_cover: bool,
) -> Route<'k> {
    let own_desk = staff.desk.and_then(|id| part.known.desk(id)).filter(|desk| desk.exists(part.contact.at));
    if let Some(own_desk) = own_desk
        && !part.is_there(own_desk)
    {
        part.because(Reason::OutsideHours);
        return match desk::takes_over(&part, own_desk) {
            Some(other) => {
                part.because(Reason::Overflow);
                part.taken_by(other)
            }
            None => desk::closed(part, need, own_desk),
        };
    }
    let reach = reach::of_staff(part.known, staff, part.contact, part.audience());
    if reach.is_from_abroad {
        part.because(Reason::FromAbroad);
    }
    part.end(if is_cover { To::Cover { staff, reach } } else { To::Manager { staff, reach } })
}
