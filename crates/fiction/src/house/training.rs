//! Trainings, renewed before they end.

use jiff::civil::Date;

use super::crew::Crew;
use crate::operator::{days_after, days_before};

/// A training that somebody passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Training {
    /// Whose: the operator's own key.
    pub staff_key: String,
    /// `account-manager`, the one that an account manager needs.
    pub code: &'static str,
    /// When it was passed.
    pub passed_on: Date,
    /// Until when it is valid; that day is not part of it.
    pub valid_until: Date,
}

/// Days for which a training is valid.
const VALID_DAYS: u64 = 1_096;

impl Crew {
    /// Trainings of an account manager, the first in front; without a gap.
    pub(crate) fn trainings(&self, manager: u64) -> Vec<Training> {
        let mut dice = self.dice("training", manager);
        let renewals = dice.between(0, 3);
        // Each fifth ends within the year that follows.
        let left = if dice.percent(20) { dice.between(20, 365) } else { dice.between(386, 1_080) };
        let mut valid_until = days_after(self.today, i64::try_from(left).unwrap_or(0));
        let mut trainings = Vec::new();
        for _ in 0..=renewals {
            let passed_on = days_before(valid_until, VALID_DAYS);
            let staff_key = self.key(manager);
            trainings.push(Training { staff_key, code: "account-manager", passed_on, valid_until });
            valid_until = days_after(passed_on, i64::try_from(dice.between(0, 45)).unwrap_or(0));
        }
        trainings.reverse();
        trainings
    }

    /// Since when an account manager is trained.
    pub(super) fn trained_since(&self, manager: u64) -> Date {
        self.trainings(manager).first().map_or(self.today, |training| training.passed_on)
    }

    /// Until when an account manager is trained.
    pub(super) fn trained_until(&self, manager: u64) -> Date {
        self.trainings(manager).last().map_or(self.today, |training| training.valid_until)
    }
}
