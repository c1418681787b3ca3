//! To a team: the best that fits, the team that takes over while it is closed, or the honest answer.

use super::decision::{Reason, Route, To};
use super::known::{Desk, Known};
use super::need::{self, Need};
use super::part::Part;
use super::reach;

/// Teams that a contact is handed on to, one after the other, while each is closed.
const HANDED_ON_MAX: usize = 4;

/// To the team that fits best.
pub(super) fn route<'k, K: Known>(mut part: Part<'_, 'k, K>, need: &Need) -> Route<'k> {
    let Some((fit, desk)) = need::best(&part, need) else {
        // A gap has its reason as well: the large account that has no unit of its own.
        need::explain_segment(&mut part);
        return part.end(To::Nobody);
    };
    fit.explain(&mut part);
    if part.is_there(desk) {
        return part.taken_by(desk);
    }
    match takes_over(&part, desk) {
        Some(other) => {
            part.because(Reason::Overflow);
            part.taken_by(other)
        }
        None => closed(part, need, desk),
    }
}

/// The first open team that `desk` hands on to.
pub(super) fn takes_over<'k, K: Known>(part: &Part<'_, 'k, K>, desk: &Desk) -> Option<&'k Desk> {
    let mut overflow = desk.overflow;
    for _ in 0..HANDED_ON_MAX {
        let next = part.known.desk(overflow?)?;
        if next.exists(part.contact.at) && part.is_there(next) {
            return Some(next);
        }
        overflow = next.overflow;
    }
    None
}

/// Nobody is there: until when, and what else there is.
pub(super) fn closed<'k, K: Known>(part: Part<'_, 'k, K>, need: &Need, desk: &'k Desk) -> Route<'k> {
    let until = desk.opening.opens_at(part.contact.at);
    let alternative = another_team(&part, need, desk)
        .or_else(|| reach::that_waits(part.known, desk, part.contact, part.audience()));
    part.end(To::Closed { desk, until, alternative })
}

/// By the same channel, at another team that would do and is open.
fn another_team<'k, K: Known>(part: &Part<'_, 'k, K>, need: &Need, closed: &Desk) -> Option<&'k str> {
    let is_another = |desk: &Desk| desk.id != closed.id && part.is_there(desk);
    let (_, desk) = need::best_that(part, need, is_another)?;
    let address = reach::of_desk(part.known, desk, part.contact, part.audience()).address;
    (!address.is_empty()).then_some(address)
}
