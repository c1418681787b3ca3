//! Loss and theft (promise 9.3): to whoever is there, at any hour.

use super::decision::{Reason, Route, To};
use super::desk;
use super::known::{Desk, Known};
use super::need::{self, Fit, Need};
use super::part::Part;
use crate::domain::desk::Purpose;

/// Whose people may bar a line; those who know callers by their own phone come first.
const PURPOSES: [Purpose; 2] = [Purpose::EndUser, Purpose::Technical];

/// To an open team, the skilled first. Mail and post are no way to wait for the opening here: open means open.
pub(super) fn route<'k, K: Known>(mut part: Part<'_, 'k, K>) -> Route<'k> {
    part.because(Reason::Urgent);
    if let Some((fit, desk)) = first(&part, |desk| part.is_there(desk)) {
        fit.explain_team(&mut part);
        return part.taken_by(desk);
    }
    let Some((fit, desk)) = first(&part, |_| true) else { return part.end(To::Nobody) };
    fit.explain_team(&mut part);
    match desk::takes_over(&part, desk) {
        Some(other) => {
            part.because(Reason::Overflow);
            part.taken_by(other)
        }
        None => {
            let need = Need::of_loss_or_theft(&part, desk.purpose);
            desk::closed(part, &need, desk)
        }
    }
}

/// The best team of those for which `is_wanted` holds: a skilled one before one that is not, whichever it belongs to.
fn first<'k, K: Known>(part: &Part<'_, 'k, K>, is_wanted: impl Fn(&Desk) -> bool) -> Option<(Fit, &'k Desk)> {
    let bests = PURPOSES
        .into_iter()
        .filter_map(|purpose| need::best_that(part, &Need::of_loss_or_theft(part, purpose), &is_wanted));
    bests.reduce(|best, next| if next.0.is_skilled() && !best.0.is_skilled() { next } else { best })
}
