//! Who leaves.

use jiff::civil::Date;

use super::crew::Crew;
use crate::operator::days_after;

/// That somebody leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaving {
    /// Who: the operator's own key.
    pub staff_key: String,
    /// The first day without them.
    pub leaves_on: Date,
    /// Who steps in for every account without successor: key; none for nobody.
    pub deputy_key: Option<String>,
}

impl Crew {
    /// That an account manager leaves, if they do.
    pub(crate) fn leaving(&self, manager: u64) -> Option<Leaving> {
        let leaves_on = self.leaves_on(manager)?;
        let partner = self.partner(manager);
        let is_trained = leaves_on < self.trained_until(partner);
        let deputy_key = is_trained.then(|| self.key(partner));
        Some(Leaving { staff_key: self.key(manager), leaves_on, deputy_key })
    }

    /// When an account manager leaves, if they do: on a day on which the other of the pair is there. Of the first pair the
    /// second always does.
    pub(super) fn leaves_on(&self, manager: u64) -> Option<Date> {
        let mut dice = self.dice("leaving", manager);
        let leaves = manager == 1 || dice.percent(8);
        if !Self::is_second(manager) || !leaves {
            return None;
        }
        let mut day = days_after(self.today, i64::try_from(dice.between(20, 330)).unwrap_or(0));
        for (from, until) in self.wishes(self.partner(manager)) {
            if from <= day && day < until {
                day = until;
            }
        }
        Some(day)
    }
}
